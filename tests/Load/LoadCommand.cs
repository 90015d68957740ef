using System.CommandLine;
using System.Net;
using Load.Sockets;
using TcpClose.Cli;
using TcpClose.Events;

namespace Load;

/// <summary>The command line of the load generator.</summary>
internal static class LoadCommand
{
    private const int MaxConnections = 100_000, MaxSourceAddresses = 65_000;
    private static readonly LoadOptions Standard = new();
    private static readonly Duration Hold = new(TimeSpan.FromSeconds(2));
    private static readonly string[] Modes = [LoadOptions.LifeCycle, LoadOptions.Throughput, LoadOptions.PingPong,
        LoadOptions.Idle];

    public static RootCommand Create(StopSignal stop)
    {
        Option<string> host = CommandLine.Host("The name or IP address of the echo service");
        Option<int> port = CommandLine.Port("--port", "Its port", 1, Standard.Port);
        Option<string?> mode = CommandLine.Parsed("--mode", "What the connections do", string.Join('|', Modes),
            word => Modes.Contains(word) ? word : null, $"is unknown: give {string.Join(" or ", Modes)}");
        mode.DefaultValueFactory = _ => Standard.Mode;
        mode.CompletionSources.Add(Modes);
        Option<int> connections = CommandLine.Count("--connections", "So many at once", 1, MaxConnections,
            Standard.Connections);
        Option<Duration> duration = CommandLine.Time("--duration", "For so long (not in idle)", Standard.Duration,
            zeroAllowed: false);
        Option<int> count = CommandLine.Count("--count",
            "Instead: so many life cycles, or messages, in all (lifecycle, ping-pong)", 1, int.MaxValue, 0);
        count.DefaultValueFactory = null;
        Option<ByteSize> payload = CommandLine.Bytes("--payload",
            "The bytes of a life cycle or of a message [default: 13]; throughput: the most that one Send is given "
                + "[default: 256KiB]", 0, 1 << 30, null);
        Option<Duration> hold = CommandLine.Time("--hold", "idle: so long are the connections held", Hold.Span,
            zeroAllowed: true);
        Option<Duration> timeout = CommandLine.Time("--timeout",
            "The longest wait for a connection, and for each next byte", Standard.Timeout, zeroAllowed: false);
        Option<int> sources = CommandLine.Count("--source-addresses",
            "Connect from so many addresses, 127.0.0.2 and on: each has ports of its own", 1, MaxSourceAddresses, 1);
        sources.DefaultValueFactory = null;
        Option<int> server = CommandLine.Count("--server-pid",
            "Measure this process: CPU time and resident memory, in idle that of a connection", 1, int.MaxValue, 1);
        server.DefaultValueFactory = null;
        server.HelpName = "pid";
        var json = new Option<bool>("--json") { Description = "Report as one object of JSON" };

        var root = new RootCommand(
            "Puts a load on an echo service, and compares every byte that comes back (Linux).\n" +
            "  lifecycle: connect, send, half-close, read to the end of stream, close; again and again\n" +
            "  throughput: each connection streams both ways, as fast as it goes; then it half-closes\n" +
            "  ping-pong: a message there and back, again and again; then it half-closes\n" +
            "  idle: half of the connections open and silent, half of them half-closed; then all are finished.\n" +
            "    A service is done with a half-closed one at once, unless its echo does not fit the buffers: " +
            "--payload 120KiB.\n" +
            "Example: Load --connections 100 --duration 10s --source-addresses 16\n" +
            "EchoServer thinks, and logs each event, unless it is started with --think 0 --log-level warning.\n" +
            "A connection fails as short, altered, tooLong (other bytes than were sent), early (a FIN before ours),\n" +
            "reset, refused, noAnswer, timeOut, unreachable, noPort, noDescriptor, or other.\n" +
            "Exit code 0: nothing was lost. 1: could not run. 2: something was lost. 130: interrupted, and nothing " +
            "was lost.")
        { host, port, mode, connections, duration, count, payload, hold, timeout, sources, server, json };
        root.Validators.Add(given =>
        {
            bool IsGiven(Option option) => given.GetResult(option) is { Implicit: false };
            string chosen = given.GetResult(mode) is { Tokens: [.., var last] } ? last.Value : Standard.Mode;
            if (IsGiven(duration) && IsGiven(count)) given.AddError("--duration or --count decides: give one of them");
            if (chosen is LoadOptions.Throughput or LoadOptions.Idle && IsGiven(count))
                given.AddError($"{chosen} has no --count");
            if (chosen == LoadOptions.Idle && IsGiven(duration)) given.AddError("idle has no --duration: give --hold");
            if (chosen != LoadOptions.Idle && IsGiven(hold)) given.AddError("--hold belongs to --mode idle");
            long bytes = given.GetResult(payload) is { Tokens: [.., var size] }
                && ByteSize.TryParse(size.Value, out ByteSize read) ? read.Bytes : 1;
            if (chosen != LoadOptions.LifeCycle && bytes == 0)
                given.AddError($"{chosen} needs a --payload of 1 at least");
            if (chosen == LoadOptions.Throughput && bytes > PayloadBytes.MaxPartLength)
                given.AddError($"throughput takes a --payload of at most {new ByteSize(PayloadBytes.MaxPartLength)}");
        });
        root.SetAction(async (parsed, _) =>
        {
            if (!OperatingSystem.IsLinux())
                throw new CommandException("this program makes Linux's own calls: run it there.");
            string chosen = parsed.GetValue(mode)!;
            var options = new LoadOptions
            {
                Host = parsed.GetValue(host)!,
                Port = parsed.GetValue(port),
                Mode = chosen,
                Connections = parsed.GetValue(connections),
                Duration = parsed.GetValue(chosen == LoadOptions.Idle ? hold : duration).Span,
                Count = parsed.GetResult(count) is null ? null : parsed.GetValue(count),
                Payload = parsed.GetResult(payload) is not null
                    ? parsed.GetValue(payload).Bytes
                    : chosen == LoadOptions.Throughput
                    ? 256 * 1024
                    : Standard.Payload,
                Timeout = parsed.GetValue(timeout).Span,
                SourceAddresses = parsed.GetResult(sources) is null ? 0 : parsed.GetValue(sources),
                ServerPid = parsed.GetResult(server) is null ? null : parsed.GetValue(server),
                Json = parsed.GetValue(json),
            };
            IPAddress[] addresses = await HostResolver.ResolveAsync(options.Host, options.Timeout, stop.StopRequested);
            return LoadProgram.Run(options, new IPEndPoint(addresses[0], options.Port), stop.StopRequested);
        });
        return root;
    }
}
