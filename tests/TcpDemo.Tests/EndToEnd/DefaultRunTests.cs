using System.Net.NetworkInformation;
using Serilog.Events;
using SideBySide.Timeline;
using SideBySide.Tools;
using SideBySide.Tracing;
using TcpClose.Kernel;

namespace TcpDemo.Tests.EndToEnd;

/// <summary>
/// Runs the default scenario with the built programs, and compares their logs with the kernel's trace and a packet
/// capture.
/// </summary>
public sealed class DefaultRunTests : IDisposable
{
    // The number of runs: one in the default tier, many in the long tier, for rare failures.
    private const int Once = 1, Often = 20;

    // The eleven segments: the handshake, then the message, the client's FIN, the echo and the server's FIN, each with
    // its ACK.
    internal static readonly string[] ElevenSegments =
    [
        "client SYN 0", "server SYN ACK 0", "client ACK 0",
        "client PSH ACK 13", "server ACK 0",
        "client FIN ACK 0", "server ACK 0",
        "server PSH ACK 13", "client ACK 0",
        "server FIN ACK 0", "client ACK 0",
    ];

    private static readonly string[] ClientPhases =
        ["Connecting", "Connected", "Sent", "FinQueued", "Received", "FinRead", "SocketClosed", "TimeWait"];

    private static readonly string[] ServerPhases = ["Accepted", "Received", "Sent", "FinRead", "FinQueued",
        "SocketClosed"];

    // A separate network namespace if the system allows one: the TIME-WAIT table of a busy machine may be full.
    private readonly NetworkNamespace? _inside = NetworkNamespace.TryCreate();

    public void Dispose() => _inside?.Dispose();

    [Fact]
    public async Task BothConsolesLogTheDefaultRunInOrderAndExitWith0()
    {
        await using ServerConsole server = await ServerConsole.StartAsync(_inside);
        List<LogEvent> client = await server.RunClientAsync();
        (int code, List<LogEvent> events) = await server.StopAsync();

        Assert.Equal(0, code);
        Assert.Equal(ClientPhases, client.Select(e => e.Get<string>("Phase")).OfType<string>());
        Assert.Equal(ServerPhases, events.Select(e => e.Get<string>("Phase")).OfType<string>());

        // The last line is the verdict.
        Assert.Equal("closed normally: 13 of 13 bytes, 13 after our FIN", client[^1].Get<string>("Sentence"));
        Assert.Equal("closed normally", client[^1].Get<string>("Outcome"));
        Assert.Equal(13, client[^1].Get<int>("BytesAfterFin"));

        Assert.Single(client.Skip(1).Concat(events.SkipLast(1)).Select(e => e.Get<int>("Connection")).Distinct());
        Assert.Equal(client[^1].Get<string>("Local"), events[0].Get<string>("Remote"));
        Assert.All(client.Concat(events), e => Assert.NotNull(e.Get<string>("Side")));
        Assert.All(client.SkipLast(1),
            e => Assert.True(e.Get<long>("CalledAt") <= e.Get<long>("ReturnedAt")
                && e.Get<long>("ReturnedAt") <= e.Get<long>("StateAt")));
    }

    [ConditionalFact]
    public async Task TheLoggedStatesAreThoseOfTheTextbook()
    {
        await using ServerConsole server = await ServerConsole.StartAsync(_inside);
        List<LogEvent> client = await server.RunClientAsync();
        (_, List<LogEvent> events) = await server.StopAsync();

        // A program reads the state a moment after its call has returned. By then the state may have changed.
        AssertStates(client.Take(ClientPhases.Length),
            "CLOSED", "ESTABLISHED", "ESTABLISHED", "FIN-WAIT-1 or FIN-WAIT-2", "FIN-WAIT-2 or TIME-WAIT", "TIME-WAIT",
            "TIME-WAIT", "TIME-WAIT");
        AssertStates(events.Take(ServerPhases.Length),
            "ESTABLISHED or CLOSE-WAIT", "ESTABLISHED or CLOSE-WAIT", "CLOSE-WAIT", "CLOSE-WAIT",
            "LAST-ACK or CLOSED", "CLOSED");
    }

    [ConditionalFact(Needs.KernelTrace)]
    public Task TheKernelTraceShowsTheTransitionsOfBothEndsAndAgreesWithEveryLoggedState() => TraceAsync(Once);

    [ConditionalFact(Needs.KernelTrace)]
    [Trait("Tier", "Long")]
    public Task TheKernelTraceShowsTheSameInEachOfTwentyRuns() => TraceAsync(Often);

    [ConditionalFact(Needs.PacketCapture | Needs.NetworkNamespace)]
    public Task TheWireCarriesTheElevenSegments() => CaptureAsync(Once);

    [ConditionalFact(Needs.PacketCapture | Needs.NetworkNamespace)]
    [Trait("Tier", "Long")]
    public Task TheWireCarriesTheElevenSegmentsInEachOfTwentyRuns() => CaptureAsync(Often);

    [ConditionalFact(Needs.Linux, "ss")]
    public async Task OnlyTheSideThatClosedFirstHasTimeWait()
    {
        await using ServerConsole server = await ServerConsole.StartAsync(_inside);
        int port = (await server.RunClientAsync())[^1].Get<int>("Connection");
        await server.WaitForEndOfAsync(port);
        Programs.Result table =
            await Programs.ShellAsync(
                $"ss -Htan '( sport = :{port} and dport = :{server.Port} ) or ( sport = :{server.Port} and dport = "
                    + $":{port} )'", _inside);
        string row = Assert.Single(table.Lines);
        Assert.StartsWith("TIME-WAIT", row, StringComparison.Ordinal);
        Assert.Matches($@"127\.0\.0\.1:{port} +127\.0\.0\.1:{server.Port}", row);
    }

    [ConditionalFact(Needs.NetworkNamespace, "ip")]
    [Trait("Tier", "Long")]
    public async Task AnEndOfStreamReadBeforeTheClientsShutdownReturnsIsNotLoggedAsAReset()
    {
        // With an Ethernet MTU, a send of this length has to wait. Meanwhile the client begins to read, and may read
        // the server's FIN before its own Shutdown has returned.
        await Programs.ShellAsync("ip link set lo mtu 1500", _inside);
        await using ServerConsole server = await ServerConsole.StartAsync(_inside, "--think", "0");
        string message = new('x', 130_000);
        for (int run = 0; run < 40; run++)
        {
            List<LogEvent> client = await server.RunClientAsync("--message", message);
            Assert.DoesNotContain("ResetReceived", client.Select(e => e.Get<string>("Phase")));
            Assert.StartsWith("closed normally: 130000 of 130000 bytes", client[^1].Get<string>("Sentence"),
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task EveryPhaseOfBothSidesHasAllTheProperties()
    {
        string[] always = ["Side", "Connection", "Phase", "State", "Local", "Remote", "Bytes", "ElapsedMs", "CalledAt",
            "ReturnedAt", "StateAt"];
        await using ServerConsole server = await ServerConsole.StartAsync(_inside);
        List<LogEvent> client = await server.RunClientAsync("--message", new string('m', 40_000));
        await server.WaitForEndOfAsync(client[^1].Get<int>("Connection"));
        foreach (LogEvent e in client.SkipLast(1).Concat(server.Events))
        {
            Assert.Superset(always.ToHashSet(), e.Properties.Keys.ToHashSet());
            Assert.NotNull(e.Get<string>("Remote"));
            Assert.InRange(e.Get<double>("ElapsedMs"), 0, 60_000);
        }

        // From client to server, each side logs only the first call and the total. If one call received everything, the
        // server logs no total.
        Assert.Equal(2, client.Count(e => e.Get<string>("Phase") == "Sent"));
        Assert.Equal(40_000, client.Last(e => e.Get<string>("Phase") == "Sent").Get<int>("Bytes"));
        Assert.InRange(server.Events.Count(e => e.Get<string>("Phase") == "Received"), 1, 2);
    }

    [ConditionalFact(Needs.PacketCapture | Needs.NetworkNamespace)]
    [Trait("Tier", "Long")]
    public async Task TheBytesCountedAfterTheFinAreThoseOnTheWire()
    {
        // With --think 0 the echo may arrive before or after the client's FIN.
        await using ServerConsole server = await ServerConsole.StartAsync(_inside, "--think", "0");
        await using PacketCapture capture = await PacketCapture.StartAsync(server.Port, _inside);
        var clients = new List<List<LogEvent>>();
        for (int run = 0; run < Often; run++) clients.Add(await server.RunClientAsync());
        IReadOnlyList<Segment> captured =
            await capture.WaitForAsync(all => all.Count(s => s.Flags == "FIN ACK") == 2 * Often, Eventually.Limit);
        foreach (List<LogEvent> client in clients)
        {
            LogEvent verdict = client[^1];
            int port = verdict.Get<int>("Connection");
            List<Segment> wire = [.. captured.Where(s => s.FromPort == port || s.ToPort == port)];
            Assert.Equal(2, wire.Count(s => s.Flags == "FIN ACK"));
            int fin = wire.FindIndex(s => s.Flags == "FIN ACK" && s.FromPort == port),
                echo = wire.FindIndex(s => s.FromPort != port && s.Length > 0);
            // If the echo arrives just before the FIN is sent, either number is correct.
            bool meanwhile = echo < fin
                && ClockOffset.Read().ToMonotonic(wire[echo].Time)
                    > client.Single(e => e.Get<string>("Phase") == "FinQueued").Get<long>("CalledAt") - 1000;
            if (!meanwhile) Assert.Equal(echo > fin ? 13 : 0, verdict.Get<int>("BytesAfterFin"));
        }
    }

    private async Task TraceAsync(int runs)
    {
        await using ServerConsole server = await ServerConsole.StartAsync(_inside);
        using KernelTrace trace = KernelTrace.Start(server.Port);
        var ports = new List<int>();
        for (int run = 0; run < runs; run++)
        {
            long beganAt = Clock.Now;
            List<LogEvent> client = await server.RunClientAsync();
            int port = client[^1].Get<int>("Connection");
            ports.Add(port);
            await server.WaitForEndOfAsync(port, beganAt);
            IReadOnlyList<SocketHistory> all = trace.Read();
            // The trace covers every namespace, including those of other tests.
            SocketHistory[] active = [.. all.Where(h => h.LocalPort == port && h.RemotePort == server.Port)],
                passive = [.. all.Where(h => h.RemotePort == port && h.LocalPort == server.Port)];
            int runsOfPort = ports.Count(p => p == port);
            Assert.Equal((runsOfPort, runsOfPort), (active.Length, passive.Length));

            // When TIME-WAIT begins, the trace reports FIN-WAIT-2 → CLOSED, because a mini-socket replaces the socket.
            Assert.Equal("CLOSED → SYN-SENT → ESTABLISHED → FIN-WAIT-1 → FIN-WAIT-2 → CLOSED", active[^1].Path);
            Assert.Equal("LISTEN → SYN-RECEIVED → ESTABLISHED → CLOSE-WAIT → LAST-ACK → CLOSED", passive[^1].Path);

            AssertAgrees(active[^1], client);

            // An earlier run may have had the same port.
            AssertAgrees(passive[^1], server.Events.Where(
                e => e.Get<int>("Connection") == port && e.Get<long>("ReturnedAt") > beganAt));
        }
    }

    private async Task CaptureAsync(int runs)
    {
        // The client's FIN must be sent before the server's reply, even on a busy machine, so --think is long.
        await using ServerConsole server = await ServerConsole.StartAsync(_inside, "--think", "1s");
        await using PacketCapture capture = await PacketCapture.StartAsync(server.Port, _inside);
        var clientPorts = new List<int>();
        for (int run = 0; run < runs; run++)
            clientPorts.Add((await server.RunClientAsync())[^1].Get<int>("Connection"));

        IReadOnlyList<Segment> wire = await capture.WaitForAsync(all => all.Count >= runs * ElevenSegments.Length,
            Eventually.Limit);
        // On loopback, Linux reuses a port in TIME-WAIT after a second, so two runs may have the same port.
        (int Port, Segment[] Run)[] all = [.. clientPorts.Distinct().SelectMany(port =>
            wire.Where(s => s.FromPort == port || s.ToPort == port).Chunk(ElevenSegments.Length)
                .Select(run => (port, run)))];
        Assert.Equal(runs, all.Length);
        foreach ((int port, Segment[] run) in all)
        {
            Assert.Equal(ElevenSegments,
                run.Select(s => $"{(s.FromPort == port ? "client" : "server")} {s.Flags} {s.Length}"));

            // SYN and FIN consume one sequence number each: 1 + 13 + 1.
            Assert.Equal((15, 15), (run[^1].Sequence, run[^1].Acknowledgement));
            // The echo already acknowledges the client's FIN.
            Assert.Equal(15, run[7].Acknowledgement);
            Assert.DoesNotContain(run, s => s.IsRetransmission);
        }
    }

    private static void AssertStates(IEnumerable<LogEvent> events, params string[] allowed)
    {
        string?[] states = [.. events.Select(e => e.Get<string>("State"))];
        Assert.Equal(allowed.Length, states.Length);
        Assert.All(states.Zip(allowed), pair => Assert.Contains(pair.First, pair.Second.Split(" or ")));
    }

    // A logged state was read between ReturnedAt and StateAt. The trace counts in microseconds, so the interval is
    // extended by one microsecond before and after.
    private static void AssertAgrees(SocketHistory kernel, IEnumerable<LogEvent> console)
    {
        foreach (LogEvent e in console.Where(e => e.Get<string>("State") is not null))
        {
            IEnumerable<string?> states = kernel.StatesBetween(e.Get<long>("ReturnedAt") - 1000,
                e.Get<long>("StateAt") + 1000)
                .Select(s => StateNames.Name(s == TcpState.Closed && e.Get<string>("State") == "TIME-WAIT"
                    ? TcpState.TimeWait
                    : s));
            Assert.True(states.Contains(e.Get<string>("State")),
                $"{e.Get<string>("Phase")} read {e.Get<string>("State")} at {e.Get<long>("StateAt")}, "
                + $"but the kernel traced {string.Join(", ", kernel.Transitions)}");
        }
    }
}
