using System.Collections.Concurrent;
using System.Net.Sockets;
using PathCheck;
using PathCheck.Classifying;
using PathCheck.Reporting;
using PathCheck.Running;
using TcpClose.Cli;

namespace TcpDemo.Tests.PathCheck.Relays;

/// <summary>
/// A relay that opens its connections to the server in an unusual way, but preserves every close, is never reported as
/// faulty.
/// </summary>
[Trait("Tier", "Long")]
public sealed class UncommonRelayTests
{
    private const int Pooled = 4;

    [Fact]
    public async Task ARelayWithAPoolOfConnectionsPreservesEverything()
    {
        var pool = new ConcurrentQueue<Socket>();
        await IsPreservedAsync(async (_, server) =>
        {
            while (pool.Count < Pooled) pool.Enqueue(await Pair.ConnectAsync(server));
            return pool.TryDequeue(out Socket? ready) ? ready : await Pair.ConnectAsync(server);
        });
        Assert.InRange(pool.Count, 1, 4 * Pooled);
        foreach (Socket left in pool) left.Dispose();
    }

    [Fact]
    public async Task ARelayThatReconnectsBeforeTheFirstBytePreservesEverything() =>
        await IsPreservedAsync(async (_, server) =>
    {
        (await Pair.ConnectAsync(server)).Dispose();
        return await Pair.ConnectAsync(server);
    });

    [Fact]
    public async Task ARelayThatReordersConnectionsPreservesEverything()
    {
        // Every second connection waits at most 30 ms for the next one to overtake it.
        int count = 0;
        var next = new SemaphoreSlim(0);
        await IsPreservedAsync(async (_, server) =>
        {
            if (Interlocked.Increment(ref count) % 2 == 1)
            {
                await next.WaitAsync(TimeSpan.FromMilliseconds(30));
                return await Pair.ConnectAsync(server);
            }

            Socket connection = await Pair.ConnectAsync(server);
            next.Release();
            return connection;
        });
    }

    [Fact]
    public async Task ARelayThatRepeatsARequestIsExplainedAndNotJudged()
    {
        CommandException refused =
            await Assert.ThrowsAsync<CommandException>(() => ThroughAsync(async (client, server) =>
        {
            byte[] first = new byte[4096];
            int count = await client.ReceiveAsync(first);
            using (Socket lost = await Pair.ConnectAsync(server))
            {
                await lost.SendAsync(first.AsMemory(0, count));
                lost.Shutdown(SocketShutdown.Send);
                await lost.ReadToEndAsync();
            }

            Socket again = await Pair.ConnectAsync(server);
            await again.SendAsync(first.AsMemory(0, count));
            return again;
        }));
        Assert.Equal(
            "the path duplicates connections: it opens several for one and sends the same bytes on each, so their " +
            "reports are ambiguous: such a path cannot be checked.", refused.Message);
    }

    private static async Task IsPreservedAsync(FaultyRelay.WayToServer way)
    {
        PathReport result = await ThroughAsync(way);
        Assert.All(
            result.Results, f => Assert.Equal((f.Check, f.Hold, PathEffect.Preserved), (f.Check, f.Hold, f.Effect)));
    }

    private static async Task<PathReport> ThroughAsync(FaultyRelay.WayToServer way)
    {
        await using RunningServer server = await RunningServer.StartFarEndAsync();
        await using var relay = new FaultyRelay(server.EndPoint, way: way);
        var options = new PathCheckOptions
        {
            Port = relay.Port,
            Holds = [TimeSpan.Zero, TimeSpan.FromSeconds(0.5)],
            Timeout = TimeSpan.FromSeconds(5),
        };
        return await new PathCheckRunner(options, _ => { }).RunAsync(CancellationToken.None).Judged();
    }
}
