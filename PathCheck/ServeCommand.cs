using System.CommandLine;
using EchoServer;
using EchoServer.Hosting;
using PathCheck.FarEnd;
using Serilog.Core;
using TcpClose.Cli;
using TcpClose.Events;
using TcpClose.Output;

namespace PathCheck;

/// <summary>The command line of <c>PathCheck serve</c>, the far end.</summary>
internal static class ServeCommand
{
    private static readonly ServerOptions Standard = new();

    // The dotnet command must be run in the root folder of the repository.
    private static readonly string[] NextSteps =
    [
        "Ctrl+C stops it. At the near end of the path, run:",
        "dotnet run --project PathCheck -- run HOST:PORT",
    ];

    public static Command Create(StopSignal stop)
    {
        Option<string> host = CommandLine.Host("Name or IP address to listen on");
        Option<int> port = CommandLine.Port(
            "--port", "Port to listen on; 0 picks a free port and logs it", 0, Standard.Port);
        Option<int> connections = CommandLine.Count("--max-connections",
            "Maximum concurrent connections; others wait in the listen backlog", 1, 1_000_000, Standard.MaxConnections);
        Option<Duration> idle = CommandLine.Time("--idle-timeout",
            "Abort a connection that has been idle this long; a requested hold is added to this time",
            Standard.IdleTimeout, zeroAllowed: false);
        Option<string> format = CommandLine.LogFormat();
        Option<string> level = CommandLine.LogLevel();
        Option<bool> stopWithInput = CommandLine.StopWithInput();

        var command = new Command("serve", "Run as the far end: answer the checks of PathCheck run, until Ctrl+C.")
        {
            host, port, connections, idle, format, level, stopWithInput,
        };
        command.SetAction(async (parsed, _) =>
        {
            if (parsed.GetValue(stopWithInput)) stop.WatchStandardInput();
            var options = new ServerOptions
            {
                Host = parsed.GetValue(host)!,
                Port = parsed.GetValue(port),
                MaxConnections = parsed.GetValue(connections),
                IdleTimeout = parsed.GetValue(idle).Span,
            };
            string written = parsed.GetValue(format)!;
            await using Logger logger = LogOutput.Create(Side.Server, written, parsed.GetValue(level)!);
            await Listener.RunAsync(options, new PathCheckHandler(options), logger, stop,
                _ => LogOutput.IsReadByPerson(written) ? NextSteps : []);
            return ExitCode.Success;
        });
        return command;
    }
}
