using System.Net.Sockets;
using PathCheck;
using PathCheck.Checks;
using PathCheck.Checks.Ends;
using PathCheck.Classifying;
using PathCheck.NearEnd;
using TcpClose.Cli;

namespace TcpDemo.Tests.PathCheck.Checks;

/// <summary>A connection without data has no id. Even so, other clients do not make the result wrong.</summary>
[Trait("Tier", "Long")]
public sealed class FinWithoutDataTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(4);

    [Theory]
    [InlineData("none", "preserved", "server: normal end")]
    [InlineData("swallow-fin", "fin-not-forwarded", "server: no end")]
    [InlineData("fin-to-reset", "fin-became-rst", "server: reset")]
    [InlineData("full-close", "preserved", "server: normal end")]
    public async Task WithoutOtherClientsTheResultIsCertain(string fault, string effect, string evidence)
    {
        await using RunningServer server =
            await RunningServer.StartFarEndAsync(level: Serilog.Events.LogEventLevel.Warning);
        await using var relay = new FaultyRelay(server.EndPoint, fault);
        CheckResult result = await UntilCertainAsync(relay.Port);
        Assert.Equal((effect, evidence, null), (result.Effect.Key, result.Evidence, result.Doubt));
    }

    [Theory]
    [InlineData("none", "preserved", false)]
    [InlineData("none", "preserved", true)]
    [InlineData("swallow-fin", "fin-not-forwarded", false)]
    [InlineData("swallow-fin", "fin-not-forwarded", true)]
    [InlineData("fin-to-reset", "fin-became-rst", false)]
    public async Task WithOtherClientsTheResultIsCorrectOrInDoubt(string fault, string effect, bool othersAbort)
    {
        await using RunningServer server =
            await RunningServer.StartFarEndAsync(level: Serilog.Events.LogEventLevel.Warning);
        await using var relay = new FaultyRelay(server.EndPoint, fault);
        using var over = new CancellationTokenSource();
        Task[] others = [
            OtherClientAsync(server, together: 1, othersAbort, over.Token),
            OtherClientAsync(server, together: 20, othersAbort, over.Token)];
        CheckResult result = await CheckAsync(relay.Port);
        await over.CancelAsync();
        await Task.WhenAll(others).WithTimeout();
        if (result.Doubt is null) Assert.Equal(effect, result.Effect.Key);

        // Without a fault, the far end's answer to each FIN arrives. It proves that the FIN arrived, so the result is
        // certain.
        if (fault == "none") Assert.Null(result.Doubt);
    }

    [Fact]
    public async Task SilentConnectionsOfOtherClientsDoNotHideASwallowedFin()
    {
        await using RunningServer server =
            await RunningServer.StartFarEndAsync(level: Serilog.Events.LogEventLevel.Warning);
        await using var relay = new FaultyRelay(server.EndPoint, "swallow-fin");
        using var over = new CancellationTokenSource();
        Task[] others = [
            .. Enumerable.Range(0, 16)
            .Select(i => SilentOtherClientAsync(server, TimeSpan.FromMilliseconds(300 + (60 * i)), over.Token))];
        CheckResult result = await CheckAsync(relay.Port);
        await over.CancelAsync();
        await Task.WhenAll(others).WithTimeout();
        Assert.Equal(PathEffect.NotForwarded, result.Effect);
    }

    [Fact]
    public async Task SimultaneousChecksOfTwoPathsToOneServerDoNotInterfere()
    {
        await using RunningServer server =
            await RunningServer.StartFarEndAsync(level: Serilog.Events.LogEventLevel.Warning);
        await using var bad = new FaultyRelay(server.EndPoint, "swallow-fin");
        await using var good = new FaultyRelay(server.EndPoint);
        CheckResult[] results = await Task.WhenAll(
            CheckAsync(bad.Port), CheckAsync(good.Port), CheckAsync(bad.Port), CheckAsync(good.Port));
        Assert.Equal(
            ["fin-not-forwarded", "preserved", "fin-not-forwarded", "preserved"], results.Select(r => r.Effect.Key));
        Assert.All(results.Where(r => r.Effect == PathEffect.Preserved), r => Assert.Null(r.Doubt));
    }

    [Fact]
    public async Task ARelayThatWaitsForAFirstByteDoesNotForwardTheFin()
    {
        await using RunningServer server = await RunningServer.StartFarEndAsync();
        await using var relay = new FaultyRelay(server.EndPoint, way: async (client, connectAsync) =>
        {
            ReadOnlyMemory<byte> first = await client.ReceiveAsync();
            client.PutBack(first);
            return first.Length > 0 ? await connectAsync(server.EndPoint)
                : throw new CommandException("no data");
        });
        CheckResult result = await CheckAsync(relay.Port);
        Assert.Equal((PathEffect.NotForwarded, "server: no connection"), (result.Effect, result.Evidence));
    }

    // A busy machine may distort the measured times. The check is then repeated, as in a run.
    private static async Task<CheckResult> UntilCertainAsync(int port)
    {
        CheckResult result = await CheckAsync(port);
        for (int again = 0; result.Doubt is not null && again < 5; again++) result = await CheckAsync(port);
        return result;
    }

    private static Task<CheckResult> CheckAsync(int port) =>
        new FinWithoutData().RunAsync(
            new FarEndClient(new PathCheckOptions { Port = port, Timeout = Timeout }, CancellationToken.None), default,
            0).WithTimeout();

    // Repeatedly connects, and closes or aborts without sending, like a load balancer's health check.
    private static async Task OtherClientAsync(RunningServer server, int together, bool aborts, CancellationToken over)
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

    private static async Task SilentOtherClientAsync(RunningServer server, TimeSpan silence, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            using Socket one = await Pair.ConnectAsync(server.EndPoint);
            await Task.Delay(silence, CancellationToken.None);
        }
    }
}
