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
        Option<string> host = CommandLine.Host("Name or IP address of the echo service");
        Option<int> port = CommandLine.Port("--port", "Port of the echo service", 1, Standard.Port);
        Option<string?> mode = CommandLine.Parsed("--mode", "What the connections do", string.Join('|', Modes),
            word => Modes.Contains(word) ? word : null,
            $"is unknown: use {string.Join(", ", Modes[..^1])} or {Modes[^1]}");
        mode.DefaultValueFactory = _ => Standard.Mode;
        mode.CompletionSources.Add(Modes);
        Option<int> connections = CommandLine.Count("--connections", "Number of concurrent connections", 1,
            MaxConnections, Standard.Connections);
        Option<Duration> duration = CommandLine.Time("--duration", "How long to run (not in idle)",
            Standard.Duration, zeroAllowed: false);
        Option<int> count = CommandLine.Count("--count",
            "Stop after this many life cycles or messages, instead of --duration (lifecycle, ping-pong)",
            1, int.MaxValue, 0);
        count.DefaultValueFactory = null;
        Option<ByteSize> payload = CommandLine.Bytes("--payload",
            "Bytes of a life cycle or a message [default: 13]; "
                + "throughput: maximum bytes of one Send [default: 256KiB]", 0, 1 << 30, null);
        Option<Duration> hold = CommandLine.Time("--hold", "idle: how long to hold the connections", Hold.Span,
            zeroAllowed: true);
        Option<Duration> timeout = CommandLine.Time("--timeout",
            "Maximum wait for a connection, and for each next byte", Standard.Timeout, zeroAllowed: false);
        Option<int> sources = CommandLine.Count("--source-addresses",
            "Connect from this many addresses, from 127.0.0.2 on; each has its own ports", 1, MaxSourceAddresses, 1);
        sources.DefaultValueFactory = null;
        Option<int> server = CommandLine.Count("--server-pid",
            "Measure the CPU time and resident memory of this process; idle: also the memory per connection",
            1, int.MaxValue, 1);
        server.DefaultValueFactory = null;
        server.HelpName = "pid";
        var json = new Option<bool>("--json") { Description = "Print the report as one JSON object" };

        var root = new RootCommand(
            "Puts a load on an echo service and compares every byte that comes back (Linux).\n" +
            "  lifecycle: connect, send, half-close, read to the end of stream, close; repeatedly\n" +
            "  throughput: each connection streams in both directions as fast as possible, then half-closes\n" +
            "  ping-pong: each connection sends a message, waits for its echo and repeats, then half-closes\n" +
            "  idle: half of the connections stay open and silent, half are half-closed; then all are finished.\n" +
            "    A service ends a half-closed connection immediately if the buffers can take its whole echo,\n" +
            "    so use --payload 120KiB to keep it half-closed.\n" +
            "Example: Load --connections 100 --duration 10s --source-addresses 16\n" +
            "By default EchoServer simulates work and logs each event: start it with --think 0 --log-level warning.\n" +
            "A failed connection is counted as short, altered or tooLong (the echo is not what was sent), early\n" +
            "(a FIN before ours), reset, refused, noAnswer, timeOut, unreachable, noPort, noDescriptor or other.\n" +
            "Exit code 0: no connection failed. 1: could not run, or ran out of ports or descriptors.\n" +
            "2: a connection failed. 130: interrupted, and no connection had failed.")
        { host, port, mode, connections, duration, count, payload, hold, timeout, sources, server, json };
        root.Validators.Add(given =>
        {
            bool IsGiven(Option option) => given.GetResult(option) is { Implicit: false };
            string chosen = given.GetResult(mode) is { Tokens: [.., var last] } ? last.Value : Standard.Mode;
            if (IsGiven(duration) && IsGiven(count))
                given.AddError("--duration and --count cannot be combined: use only one");
            if (chosen is LoadOptions.Throughput or LoadOptions.Idle && IsGiven(count))
                given.AddError($"--count does not apply to --mode {chosen}: omit it");
            if (chosen == LoadOptions.Idle && IsGiven(duration))
                given.AddError("--duration does not apply to --mode idle: use --hold instead");
            if (chosen != LoadOptions.Idle && IsGiven(hold))
                given.AddError("--hold applies only to --mode idle: omit it");
            long bytes = given.GetResult(payload) is { Tokens: [.., var size] }
                && ByteSize.TryParse(size.Value, out ByteSize read) ? read.Bytes : 1;
            if (chosen != LoadOptions.LifeCycle && bytes == 0)
                given.AddError($"--mode {chosen} needs a --payload of at least 1");
            if (chosen == LoadOptions.Throughput && bytes > PayloadBytes.MaxPartLength)
                given.AddError(
                    $"--mode throughput allows a --payload of at most {new ByteSize(PayloadBytes.MaxPartLength)}");
        });
        root.SetAction(async (parsed, _) =>
        {
            if (!OperatingSystem.IsLinux())
                throw new CommandException("this program uses Linux system calls: run it on Linux.");
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
