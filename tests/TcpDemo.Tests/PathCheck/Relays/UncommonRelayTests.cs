using System.Collections.Concurrent;
using System.Net.Sockets;
using PathCheck;
using PathCheck.Classifying;
using PathCheck.Reporting;
using PathCheck.Running;
using TcpClose.Cli;
using TcpClose.Sockets;

namespace TcpDemo.Tests.PathCheck.Relays;

/// <summary>A relay that connects to the server in an unusual way is not faulty if it preserves every close.</summary>
[Trait("Tier", "Long")]
public sealed class UncommonRelayTests
{
    private const int Pooled = 4;

    [Fact]
    public async Task ARelayWithAPoolOfConnectionsPreservesEverything()
    {
        var pool = new ConcurrentQueue<ObservedSocket>();
        await IsPreservedAsync(async (_, connectAsync) =>
        {
            while (pool.Count < Pooled) pool.Enqueue(await connectAsync());
            return pool.TryDequeue(out ObservedSocket? ready) ? ready : await connectAsync();
        });
        Assert.InRange(pool.Count, 1, 4 * Pooled);
        foreach (ObservedSocket left in pool) left.Complete();
    }

    [Fact]
    public async Task ARelayThatReconnectsBeforeTheFirstBytePreservesEverything() =>
        await IsPreservedAsync(async (_, connectAsync) =>
    {
        (await connectAsync()).Complete();
        return await connectAsync();
    });

    [Fact]
    public async Task ARelayThatReordersConnectionsPreservesEverything()
    {
        // Every second connection waits at most 30 ms for the next one to overtake it.
        int count = 0;
        var next = new SemaphoreSlim(0);
        await IsPreservedAsync(async (_, connectAsync) =>
        {
            if (Interlocked.Increment(ref count) % 2 == 1)
            {
                await next.WaitAsync(TimeSpan.FromMilliseconds(30));
                return await connectAsync();
            }

            ObservedSocket connection = await connectAsync();
            next.Release();
            return connection;
        });
    }

    [Fact]
    public async Task ARelayThatRepeatsARequestIsExplainedAndNotJudged()
    {
        CommandException refused =
            await Assert.ThrowsAsync<CommandException>(() => ThroughAsync(async (client, connectAsync) =>
        {
            byte[] first = (await client.ReceiveAsync()).ToArray();
            ObservedSocket lost = await connectAsync();
            await lost.SendAsync(first);
            lost.Shutdown(SocketShutdown.Send);
            while ((await lost.ReceiveAsync()).Length > 0)
            {
            }

            lost.Complete();
            ObservedSocket again = await connectAsync();
            await again.SendAsync(first);
            return again;
        }));
        Assert.Equal(
            "the path duplicates connections: it opens several for one and sends the same bytes on each, so their " +
            "reports are ambiguous: such a path cannot be checked.", refused.Message);
    }

    private static async Task IsPreservedAsync(
        Func<ObservedSocket, Func<Task<ObservedSocket>>, Task<ObservedSocket>> way)
    {
        PathReport result = await ThroughAsync(way);
        Assert.All(
            result.Results, f => Assert.Equal((f.Check, f.Hold, PathEffect.Preserved), (f.Check, f.Hold, f.Effect)));
    }

    private static async Task<PathReport> ThroughAsync(
        Func<ObservedSocket, Func<Task<ObservedSocket>>, Task<ObservedSocket>> way)
    {
        await using RunningServer server = await RunningServer.StartFarEndAsync();
        await using var relay = new FaultyRelay(
            server.EndPoint, way: (client, connectAsync) => way(client, () => connectAsync(server.EndPoint)));
        var options = new PathCheckOptions
        {
            Port = relay.Port,
            Holds = [TimeSpan.Zero, TimeSpan.FromSeconds(0.5)],
            Timeout = TimeSpan.FromSeconds(5),
        };
        return await new PathCheckRunner(options, _ => { }).RunAsync(CancellationToken.None).Judged();
    }
}
