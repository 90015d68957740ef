using System.Net.Sockets;
using EchoClient.Verdict;

namespace TcpDemo.Tests;

/// <summary>A FIN without a byte before it carries no name. Strangers who connect and close all the time change nothing in what is said of it.</summary>
[Trait("Tier", "Long")]
public sealed class FinWithoutDataTests
{
    [Theory]
    [InlineData(nameof(Fault.None), nameof(PathEffect.Preserved), false)]
    [InlineData(nameof(Fault.None), nameof(PathEffect.Preserved), true)]
    [InlineData(nameof(Fault.SwallowFin), nameof(PathEffect.NotForwarded), false)]
    [InlineData(nameof(Fault.SwallowFin), nameof(PathEffect.NotForwarded), true)]
    [InlineData(nameof(Fault.ResetForFin), nameof(PathEffect.FinBecameReset), false)]
    public async Task IsNamedRightlyAmongStrangers(string fault, string word, bool theyAbort)
    {
        await using RunningServer server = await RunningServer.StartAsync(level: Serilog.Events.LogEventLevel.Warning);
        await using var relay = new FaultyRelay(server.EndPoint, Enum.Parse<Fault>(fault));
        using var over = new CancellationTokenSource();
        Task[] strangers = [StrangerAsync(server, together: 1, theyAbort, over.Token), StrangerAsync(server, together: 20, theyAbort, over.Token)];
        CheckResult finding = await FinWithoutData.RunAsync(new ServerClient(new PathCheckOptions { Port = relay.Port, Timeout = TimeSpan.FromSeconds(4) }, CancellationToken.None)).WithTimeout();
        await over.CancelAsync();
        await Task.WhenAll(strangers).WithTimeout();
        Assert.Equal(word, $"{finding.Effect}");
    }

    [Fact]
    public async Task ARelayThatWaitsForAFirstByteDoesNotForwardIt()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        await using var relay = new FaultyRelay(server.EndPoint, way: async (client, to) =>
            await client.ReceiveAsync(new byte[1], SocketFlags.Peek) > 0 ? await Pair.ConnectAsync(to) : throw new SocketException((int)SocketError.NoData));
        CheckResult finding = await FinWithoutData.RunAsync(new ServerClient(new PathCheckOptions { Port = relay.Port, Timeout = TimeSpan.FromSeconds(4) }, CancellationToken.None)).WithTimeout();
        Assert.Equal((PathEffect.NotForwarded, "server: no connection"), (finding.Effect, finding.Evidence));
    }

    // Connects so often at once, says nothing, and goes: a load balancer's look whether the server is well.
    private static async Task StrangerAsync(RunningServer server, int together, bool aborts, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            Socket[] all = await Task.WhenAll(Enumerable.Range(0, together).Select(_ => server.ConnectAsync()));
            foreach (Socket one in all)
            {
                if (aborts) one.Abort();
                else one.Dispose();
            }

            await Task.Delay(2, CancellationToken.None);
        }
    }
}
