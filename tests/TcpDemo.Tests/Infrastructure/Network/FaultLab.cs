using System.Globalization;
using System.Net.NetworkInformation;
using Serilog.Events;
using SideBySide.Faults;
using SideBySide.Timeline;
using SideBySide.Tools;
using SideBySide.Tracing;
using TcpClose.Kernel;

namespace TcpDemo.Tests.Infrastructure.Network;

/// <summary>
/// A separate network in which EchoServer and EchoClient run and segments can be lost. It needs no root if user
/// namespaces work.
/// </summary>
public sealed class FaultLab : IAsyncDisposable
{
    /// <summary>The programs that it needs; <c>nft</c> only to drop or reject segments.</summary>
    public const string Ss = "ss", Nft = "nft";

    private PacketCapture? _capture;
    private KernelTrace? _trace;

    private FaultLab(NetworkNamespace inside, ServerConsole server)
    {
        Inside = inside;
        Server = server;
    }

    /// <summary>The states of a connection's two ends; null for an end that <c>ss</c> does not show.</summary>
    public sealed record EndStates(string? Client, string? Server);

    public NetworkNamespace Inside { get; }

    public ServerConsole Server { get; }

    public static async Task<FaultLab> OpenAsync(params string[] serverArguments)
    {
        NetworkNamespace inside = NetworkNamespace.TryCreate()!;
        try
        {
            return new FaultLab(inside, await ServerConsole.StartAsync(inside, serverArguments));
        }
        catch
        {
            inside.Dispose();
            throw;
        }
    }

    /// <summary>Starts the packet capture.</summary>
    public async Task CaptureAsync() => _capture = await PacketCapture.StartAsync(Server.Port, Inside);

    /// <summary>Starts the kernel trace, which needs root.</summary>
    public void Trace() => _trace = KernelTrace.Start(Server.Port);

    /// <summary>Drops a segment <paramref name="times"/> times; null for no limit.</summary>
    public Task<NftDropRule> LoseAsync(SegmentKind segment, int? times = 1) =>
        NftDropRule.StartAsync(Inside, Server.Port, segment, times);

    /// <summary>Answers every segment of the server like a router that cannot reach the client.</summary>
    public Task RejectAsync() => Inside.RunAsync("nft", ["-f", "-"], $$"""
        table inet tcpdemo_unreachable {
            chain arriving {
                type filter hook input priority filter;
                tcp sport {{Server.Port}} reject with icmpx type host-unreachable
            }
        }

        """);

    /// <summary>
    /// Starts EchoClient, by default with a time-out of one minute, because TCP repeats a lost segment at growing
    /// intervals.
    /// </summary>
    public ClientConsole StartClient(params string[] arguments) =>
        new(Server.Port, Inside, arguments.Contains("--timeout") ? arguments : ["--timeout", "1m", .. arguments]);

    /// <summary>Makes the FINs of both consoles cross, and waits for TIME-WAIT on both sides.</summary>
    /// <returns>The client's port.</returns>
    public async Task<int> CrossAsync()
    {
        LoopbackHold hold = await LoopbackHold.CreateAsync(Inside);
        await using ClientConsole client = StartClient("--scenario", "simultaneous", "--hold", "2s");
        int port = await client.PortAsync();
        await Eventually.BecomesTrueAsync(() =>
            Server.Events.Any(e => e.Get<int>("Connection") == port && e.Get<string>("Phase") == "Received"));

        // Both sides pause. Their FINs will wait in the queue of the loopback interface, behind dummy datagrams.
        await hold.HoldAsync();
        await WaitForStatesAsync("FIN-WAIT-1", "FIN-WAIT-1", port);
        await hold.ReleaseAsync();
        await WaitForStatesAsync("TIME-WAIT", "TIME-WAIT", port);
        Assert.Equal(0, (await client.EndAsync()).ExitCode);
        Assert.Contains(client.Events, e => e.Get<string>("Sentence") == "the FINs crossed: TIME-WAIT on both sides");
        return port;
    }

    /// <summary>
    /// Waits until the server or its kernel has given up on a client's connection, and returns the event.
    /// </summary>
    public async Task<LogEvent> AbortedAsync(int clientPort)
    {
        LogEvent? aborted = null;
        await Eventually.BecomesTrueAsync(() => (aborted = Server.Events.FirstOrDefault(
            e => e.Get<int>("Connection") == clientPort && e.Get<string>("Phase") == "Aborted")) is not null);
        return aborted!;
    }

    /// <summary>Waits until a segment has been lost at least this many times.</summary>
    public static async Task WaitForLossesAsync(NftDropRule loss, int times)
    {
        int lost = 0;
        await Eventually.BecomesTrueAsync(async () => (lost = await loss.CountAsync()) >= times,
            () => $"lost {lost} of {times}");
    }

    /// <summary>Reads the states of both ends of the only connection, or of the one with this client port.</summary>
    public async Task<EndStates> ReadStatesAsync(int? clientPort = null)
    {
        // ESTAB 0 0 127.0.0.1:40000 127.0.0.1:8888
        string table = await Inside.RunAsync("ss", ["-Htan"]);
        var rows =
            from line in table.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            let words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            where words[0] != "LISTEN"
            select (State: Spelling(words[0]), Local: Port(words[3]), Remote: Port(words[4]));
        var ours = rows.Where(r => clientPort is not { } port || r.Local == port || r.Remote == port).ToList();
        return new EndStates(
            ours.SingleOrDefault(r => r.Remote == Server.Port).State,
            ours.SingleOrDefault(r => r.Local == Server.Port).State);
    }

    /// <summary>
    /// Waits until both ends are in these states simultaneously; null for an end that <c>ss</c> does not show.
    /// </summary>
    public async Task WaitForStatesAsync(string? client, string? server, int? clientPort = null)
    {
        EndStates last = new(null, null);
        await Eventually.BecomesTrueAsync(
            async () => (last = await ReadStatesAsync(clientPort)) == new EndStates(client, server),
            () => $"{last} instead of {client}, {server}");
    }

    /// <summary>Waits until the captured segments of one or all connections are complete, and returns them.</summary>
    public async Task<List<Segment>> WireAsync(int? clientPort, Func<List<Segment>, bool> complete)
    {
        List<Segment> ours = [];
        await _capture!.WaitForAsync(
            all => complete(ours = [.. all.Where(s => clientPort is null || s.FromPort == clientPort
                || s.ToPort == clientPort)]), Eventually.Limit);
        Assert.True(complete(ours), string.Join('\n', ours));
        return ours;
    }

    /// <summary>The state transitions of the client's and the server's socket in the kernel trace.</summary>
    public (string Client, string Server) Paths(int clientPort)
    {
        IReadOnlyList<SocketHistory> all = _trace!.Read();
        return (all.Single(h => h.LocalPort == clientPort && h.RemotePort == Server.Port).Path,
            all.Single(h => h.RemotePort == clientPort && h.LocalPort == Server.Port).Path);
    }

    /// <summary>Every state in the kernel trace, of any socket.</summary>
    public IEnumerable<string> TracedStates() =>
        _trace!.Read().SelectMany(h => h.Transitions).SelectMany(t => (TcpState[])[t.From, t.To])
            .Select(s => StateNames.Name(s)!);

    public async ValueTask DisposeAsync()
    {
        if (_capture is not null) await _capture.DisposeAsync();
        _trace?.Dispose();
        await Server.DisposeAsync();
        Inside.Dispose();
    }

    private static int Port(string end) => int.Parse(end[(end.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture);

    // ss abbreviates two of the states.
    private static string Spelling(string state) => state switch
    {
        "ESTAB" => "ESTABLISHED",
        "SYN-RECV" => "SYN-RECEIVED",
        _ => state,
    };
}
