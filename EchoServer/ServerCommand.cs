using System.CommandLine;
using EchoServer.Handlers;
using EchoServer.Hosting;
using Serilog.Core;
using TcpClose.Cli;
using TcpClose.Events;
using TcpClose.Output;

namespace EchoServer;

/// <summary>The command line of the server.</summary>
internal static class ServerCommand
{
    private static readonly ServerOptions Standard = new();

    public static RootCommand Create(StopSignal stop)
    {
        Option<string> host = CommandLine.Host("Name or IP address to listen on");
        Option<int> port = CommandLine.Port(
            "--port", "Port to listen on; 0 picks a free port and logs it", 0, Standard.Port);
        Option<Duration> think = CommandLine.Time("--think",
            "Simulated work before the first reply and before the FIN; 0 disables it",
            Standard.Think, zeroAllowed: true);
        Option<int> connections = CommandLine.Count("--max-connections",
            "Maximum concurrent connections; others wait in the listen backlog", 1, 1_000_000, Standard.MaxConnections);
        Option<Duration> idle = CommandLine.Time("--idle-timeout",
            "Abort a connection that has been idle this long; a requested hold is added to this time",
            Standard.IdleTimeout, zeroAllowed: false);
        var echoOnly = new Option<bool>("--echo-only")
        {
            Description = "Ignore requests for scenarios: echo them like any other bytes",
        };
        var http = new Option<bool>("--http")
        {
            Description = "Answer one HTTP request per connection, for a browser, instead of echoing",
        };
        var noReuse = new Option<bool>("--no-reuse-address")
        {
            Description =
                "Clear SO_REUSEADDR, which .NET sets on Unix: the server then cannot start while its port is in "
                + "TIME-WAIT",
        };
        Option<string> format = CommandLine.LogFormat();
        Option<string> level = CommandLine.LogLevel();
        Option<bool> stopWithInput = CommandLine.StopWithInput();

        var root = new RootCommand(
            "Echoes every byte (RFC 862) until it has read the client's FIN, then sends its own FIN: " +
            "the passive close.\n\n" +
            $"Ctrl+C stops the server: connections have {new Duration(Standard.ShutdownTimeout)} to finish; " +
            "a second Ctrl+C aborts them.")
        { host, port, think, connections, idle, echoOnly, http, noReuse, format, level, stopWithInput };

        root.Validators.Add(given =>
        {
            if (given.GetValue(http) && given.GetValue(echoOnly))
                given.AddError("--http and --echo-only cannot be combined: use only one of them");
        });
        root.SetAction(async (parsed, _) =>
        {
            if (parsed.GetValue(stopWithInput)) stop.WatchStandardInput();
            var options = new ServerOptions
            {
                Host = parsed.GetValue(host)!,
                Port = parsed.GetValue(port),
                Think = parsed.GetValue(think).Span,
                MaxConnections = parsed.GetValue(connections),
                IdleTimeout = parsed.GetValue(idle).Span,
                EchoOnly = parsed.GetValue(echoOnly),
                Http = parsed.GetValue(http),
                ReuseAddress = !parsed.GetValue(noReuse),
            };
            string written = parsed.GetValue(format)!;
            await using Logger logger = LogOutput.Create(Side.Server, written, parsed.GetValue(level)!);
            await Listener.RunAsync(options, CreateHandler(options), logger, stop,
                listening => LogOutput.IsReadByPerson(written) ? NextSteps.Of(options, listening) : []);
            return ExitCode.Success;
        });
        return root;
    }

    public static IConnectionHandler CreateHandler(ServerOptions options) =>
        options.Http ? new HttpHandler(options.Think)
        : options.EchoOnly ? new EchoHandler(options.Think)
        : new ScenarioHandler(options);
}
