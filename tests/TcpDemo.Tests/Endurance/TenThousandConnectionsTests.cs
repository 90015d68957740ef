using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using TcpClose.Scenarios;
using Xunit.Abstractions;

namespace TcpDemo.Tests.Endurance;

/// <summary>
/// Ten thousand concurrent connections (4,000 in the bounded test), half of them half-closed, are all completed, and no
/// byte is lost.
/// </summary>
[Collection(nameof(NonParallel))]
[Trait("Tier", "Long")]
public sealed class TenThousandConnectionsTests(ITestOutputHelper output)
{
    private const int Late = 64;
    private static readonly int Connections = EnduranceLevel.Of(4_000, 10_000);
    private static readonly TimeSpan Hold = EnduranceLevel.Of(TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(20));

    [EnduranceFact]
    public async Task HalfOfThemAreHalfClosedAndEveryByteArrives()
    {
        // One more than needed: at --max-connections the server would log that accepting pauses.
        await using ServerConsole server = await ServerConsole.StartAsync(null, "--think", "0", "--log-level",
            "warning", "--max-connections", $"{Connections + 1}");
        ProcessMetrics before = ProcessMetrics.Of(server.Id);
        long began = Stopwatch.GetTimestamp();
        using ClientPool pool = await ClientPool.ConnectAsync(new IPEndPoint(IPAddress.Loopback, server.Port),
            Connections);

        // The first half requests a late reply and half-closes.
        byte[] request = new ScenarioRequest("late-data", Hold, Late).ToLine();
        int half = Connections / 2;
        pool.Each(c => c.Send(request), ..half);
        pool.Each(c => c.Shutdown(SocketShutdown.Send), ..half);
        IReadOnlyDictionary<string, int> held = new Dictionary<string, int>();
        await Eventually.BecomesTrueAsync(
            async () => (held = await ProcessMetrics.ConnectionsAsync(server.Port))
                .GetValueOrDefault("FIN-WAIT-2") == half, () => string.Join(", ", held));
        Assert.Equal(half, held.GetValueOrDefault("CLOSE-WAIT"));
        Assert.Equal(2 * (Connections - half), held.GetValueOrDefault("ESTAB"));
        ProcessMetrics open = before;
        await Eventually.BecomesTrueAsync(() => (open = ProcessMetrics.Of(server.Id)).Descriptors >= Connections);

        // Each client of the other half sends a text and reads its echo.
        byte[] late = new byte[Late];
        TestPattern.Fill(late, 0);
        byte[][] replies = await pool.EachAsync((c,
            i) => i < half ? c.ReadAsync(Late + 1) : c.EchoAsync(Encoding.ASCII.GetBytes($"client {i}"))).InTime();
        Assert.All(replies[..half], r => Assert.Equal(late, r));
        Assert.Equal(Enumerable.Range(half, Connections - half).Select(i => $"client {i}"),
            replies[half..].Select(Encoding.ASCII.GetString));

        // No connection and no descriptor is left.
        await ProcessMetrics.NoConnectionAsync(server.Port);
        await Eventually.BecomesTrueAsync(() => ProcessMetrics.Of(server.Id).Descriptors <= before.Descriptors + 8);
        ProcessMetrics after = ProcessMetrics.Of(server.Id);
        double each = (open.ResidentKiB - before.ResidentKiB) / (double)Connections;
        output.Row(
            $"{Connections:N0} open simultaneously, {half:N0} of them half-closed for {Hold.TotalSeconds} s",
            $"0 lost in {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s",
            $"before {before}; open {open}, {each:0.0} KiB a connection; after {after}");
        Assert.Empty((await server.StopAsync()).Events);
    }
}
