using System.CommandLine;
using System.Text;
using Serilog.Core;
using TcpClose;

namespace EchoClient;

/// <summary>The command line of the client.</summary>
internal static class ClientCommand
{
    private static readonly ClientOptions Standard = new();

    public static RootCommand Create(StopSignal stop)
    {
        Option<string> host = CommandLine.Host("The name or IP address of the server");
        Option<int> port = CommandLine.Port("--port", "The server's port", 1, Standard.Port);
        var message = new Option<string>("--message")
        {
            Description = "What to send, and to get back",
            HelpName = "text",
            DefaultValueFactory = _ => Encoding.UTF8.GetString(Standard.Message),
        };
        Option<string> scenario = CommandLine.Scenario();
        Option<Duration> hold = CommandLine.Time("--hold", "late-data: how long the server waits", Standard.Hold,
            zeroAllowed: true, ActRequest.LongestHold);
        Option<Size> late = CommandLine.Bytes("--late", "late-data: how much the server then sends", ActRequest.MostBytes, Standard.Late);
        Option<Duration> timeout = CommandLine.Time("--timeout",
            "The longest wait for the connection, and for each next byte", Standard.Timeout, zeroAllowed: false);
        Option<int> localPort = CommandLine.Port("--local-port", "The client's own port [default: the system's choice]", 1, null);
        var watch = new Option<bool>("--watch-time-wait") { Description = "Wait until TIME-WAIT is over, and say how long it took" };
        Option<string> format = CommandLine.LogFormat();
        Option<string> level = CommandLine.LogLevel();
        Option<bool> stopWithInput = CommandLine.StopWithInput();

        var root = new RootCommand(
            "Sends a message, says with a FIN that this was all, reads the echo to its end, then closes: the active close.\n" +
            "Exit code 0: closed normally, every byte came back. 1: could not run. 2: not as it should be. 130: interrupted.\n\n" +
            CommandLine.ScenarioList())
        { host, port, message, scenario, hold, late, timeout, localPort, watch, format, level, stopWithInput };

        root.Validators.Add(given =>
        {
            foreach (Option option in (Option[])[hold, late])
                if (given.GetResult(option) is { Implicit: false } && given.GetValue(scenario) != "late-data")
                    given.AddError($"{option.Name} goes with --scenario late-data only");
        });
        root.SetAction(async (parsed, _) =>
        {
            if (parsed.GetValue(stopWithInput)) stop.WatchStandardInput();
            var options = new ClientOptions
            {
                Host = parsed.GetValue(host)!,
                Port = parsed.GetValue(port),
                Scenario = parsed.GetValue(scenario)!,
                Hold = parsed.GetValue(hold).Span,
                Late = parsed.GetValue(late).Bytes,
                Message = Encoding.UTF8.GetBytes(parsed.GetValue(message)!),
                Timeout = parsed.GetValue(timeout).Span,
                LocalPort = parsed.GetValue(localPort) is var own and > 0 ? own : null,
                WatchTimeWait = parsed.GetValue(watch),
            };
            string written = parsed.GetValue(format)!;
            await using Logger logger = LogOutput.Create(written, parsed.GetValue(level)!);
            return await new EchoRun(options, logger, drawBar: written == "text").RunAsync(stop.Asked);
        });
        return root;
    }
}
