using System.CommandLine;
using System.Net;
using EchoServer;
using EchoServer.Hosting;
using PathCheck.Faults;
using PathCheck.Relaying;
using Serilog.Core;
using TcpClose.Cli;
using TcpClose.Events;
using TcpClose.Output;

namespace PathCheck;

/// <summary>The command line of <c>PathCheck relay</c>, a relay that misbehaves on demand.</summary>
internal static class RelayCommand
{
    private const string ToServer = "to-server", ToClient = "to-client", Both = "both";

    public static Command Create(StopSignal stop)
    {
        Option<string> host = CommandLine.Host("Name or IP address to listen on");
        Option<int> listen = CommandLine.Port(
            "--listen", "Port to listen on; 0 picks a free port and logs it", 0, null);
        listen.Required = true;
        Option<HostAndPort?> to = CommandLine.Parsed("--to", "The server, to which connections are forwarded",
            "host:port", HostAndPort.Parse, "is not HOST:PORT: write 127.0.0.1:8888 or [::1]:8888");
        to.Required = true;
        Option<Func<Fault>?> fault = CommandLine.Parsed(
            "--fault", "What to do wrong [default: none]", "name", FaultTable.Parse,
            "is not a fault: --help lists them; T is a duration (0.5s), N a number (100)");
        fault.CompletionSources.Add([.. FaultTable.All.Select(row => row.Name)]);
        Option<string> direction = CommandLine.Choice(
            "--direction", "The direction whose bytes, FIN or RST the fault reacts to", ToServer, ToClient, Both);
        Option<Duration> idle = CommandLine.Time("--idle-timeout",
            "Abort a connection that has been idle this long", RelayOptions.DefaultIdleTimeout, zeroAllowed: false);
        Option<string> format = CommandLine.LogFormat();
        Option<string> level = CommandLine.LogLevel();
        Option<bool> stopWithInput = CommandLine.StopWithInput();

        var command = new Command("relay",
            "Run as a relay with a fault of your choice until Ctrl+C, to show how a program copes with that fault.")
        {
            listen, host, to, fault, direction, idle, format, level, stopWithInput,
        };
        CommandLine.AddHelpList(command, "Faults (T is a duration such as 0.5s, N a number):",
            [.. FaultTable.All.Select(row => (row.Syntax, row.Description))]);

        command.SetAction(async (parsed, _) =>
        {
            if (parsed.GetValue(stopWithInput)) stop.WatchStandardInput();
            HostAndPort server = parsed.GetValue(to)!;
            Func<Fault> bad = parsed.GetValue(fault) ?? (() => new Fault()), good = () => new Fault();
            string where = parsed.GetValue(direction)!;
            string name = parsed.GetResult(fault)?.Tokens[^1].Value ?? "none";
            var options = new RelayOptions
            {
                Host = server.Host,
                Port = server.Port,
                ToServer = where == ToClient ? good : bad,
                ToClient = where == ToServer ? good : bad,
                IdleTimeout = parsed.GetValue(idle).Span,
            };
            var hosting = new ServerOptions
            {
                Host = parsed.GetValue(host)!,
                Port = parsed.GetValue(listen),
                IdleTimeout = options.IdleTimeout,
                ShutdownTimeout = options.ShutdownTimeout,
                DescriptorsPerConnection = 2,
            };
            string written = parsed.GetValue(format)!;
            await using Logger logger = LogOutput.Create(Side.Server, written, parsed.GetValue(level)!);
            using var handler = new RelayHandler(options, logger, stop.StopRequested);
            await Listener.RunAsync(hosting, handler, logger, stop, own =>
            {
                ThrowIfSame(own, server);
                return NextSteps(server, name, where);
            });
            return ExitCode.Success;
        });
        return command;
    }

    // A relay that forwards to itself would use up all its connections.
    private static void ThrowIfSame(IPEndPoint own, HostAndPort server)
    {
        if (server.Port == own.Port && IPAddress.TryParse(server.Host.Trim('[', ']'), out IPAddress? address)
            && (address.Equals(own.Address) || (own.Address.Equals(IPAddress.Any) && IPAddress.IsLoopback(address))))
        {
            throw new CommandException(
                $"--to {server.Host}:{server.Port} is this relay itself: give the server's port.");
        }
    }

    // Logged at start.
    private static IEnumerable<string> NextSteps(HostAndPort server, string fault, string where)
    {
        string direction = where == Both ? "in both directions" : where == ToServer
            ? "from client to server" : "from server to client";
        return
        [
            $"relay to {server.Host}:{server.Port}, "
                + (fault == "none" ? "without a fault" : $"fault {fault} {direction}"),
        ];
    }
}
