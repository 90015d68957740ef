using EchoServer;
using PathCheck;
using PathCheck.Checks;
using PathCheck.Checks.Ends;
using PathCheck.Checks.HalfClosed;
using PathCheck.Classifying;
using PathCheck.NearEnd;
using PathCheck.Reporting;

namespace TcpDemo.Tests.PathCheck.Relays;

/// <summary>
/// A transfer that drips (single bytes with pauses between them) shows whether a relay limits the silence after a FIN
/// or the whole time since the FIN.
/// </summary>
[Trait("Tier", "Long")]
public sealed class DrippingTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(0.8), Longer = TimeSpan.FromSeconds(1.6);

    [Theory]
    [InlineData("client-first", true)]
    [InlineData("server-first", false)]
    public async Task ALimitOfTheSilenceLetsItPass(string direction, bool ofTheClient)
    {
        PathReport report = await RunAsync(direction, "idle-cut:0.8s", ofTheClient);
        report.Is(direction, "cut");
        report.Is($"{direction}-drip", "preserved");
        Assert.Contains("data that keeps flowing gets through", report.Meaning, StringComparison.Ordinal);
        Assert.Contains("neither side has ended is cut as well", report.Meaning, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("client-first", true, "cut-after:0.8s")]
    [InlineData("server-first", false, "cut-after:0.8s")]
    [InlineData("client-first", true, "silent-after:0.8s")]
    [InlineData("server-first", false, "silent-after:0.8s")]
    public async Task ALimitFromTheFinCutsIt(string direction, bool ofTheClient, string fault)
    {
        PathReport report = await RunAsync(direction, fault, ofTheClient);
        report.Is($"{direction}-drip", "cut-despite-data");
        TimeSpan? cut = report.Row($"{direction}-drip").CutBetween?.To ?? report.Row($"{direction}-drip").CutAfter;
        Assert.InRange(cut!.Value, Limit - TimeSpan.FromSeconds(0.1), 2 * Limit);
        Assert.EndsWith("neither side has ended is not cut: raise the time-out of the relay, firewall or NAT that " +
            "counts from the FIN.", report.Meaning, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("client-first", true)]
    [InlineData("server-first", false)]
    public async Task ALimitFromTheStartOfTheConnectionIsNotOneFromTheFin(string direction, bool ofTheClient)
    {
        PathReport report = await RunAsync(direction, "cut-from-start:0.8s", ofTheClient);
        report.Is($"{direction}-drip", "cut-despite-data");
        Assert.EndsWith("that counts from the start.", report.Meaning, StringComparison.Ordinal);
        Assert.Contains(" s (also without a FIN).", report.Summary, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("client-first", true)]
    [InlineData("server-first", false)]
    public async Task ALastByteThatIsLostAtTheFinIsNoCut(string direction, bool ofTheClient)
    {
        PathReport report = await RunAsync(direction, "lose-last-drip", !ofTheClient);
        report.Is($"{direction}-drip", "data-lost");
    }

    [Theory]
    [InlineData("client-first", true)]
    [InlineData("server-first", false)]
    public async Task ARelayThatClosesBothDirectionsIsNamedAsThat(string direction, bool ofTheClient)
    {
        PathReport report = await RunAsync(direction, "full-close", ofTheClient);
        report.Is($"{direction}-drip", "fin-full-close");
    }

    [Fact]
    public async Task TheFarEndWaitsForEachByteThatDripsMoreSlowlyThanItsIdleTimeout()
    {
        // Without a relay, only the far end could cut the transfer.
        var slow = new Drip(TimeSpan.FromSeconds(2.5), 2);
        await using RunningServer server = await RunningServer.StartFarEndAsync(
            new ServerOptions { IdleTimeout = TimeSpan.FromSeconds(1) });
        var far = new FarEndClient(new PathCheckOptions { Port = server.EndPoint.Port }, CancellationToken.None);
        Task<CheckResult> upload = new DrippingUpload().RunAsync(far, slow);
        Task<bool?> echo = EchoWithoutFin.IsCutAsync(far, slow);
        Assert.Equal("all 2 bytes arrived, one each 2.5 s", (await upload.WithTimeout()).Evidence);
        Assert.False(await echo.WithTimeout());
    }

    [Fact]
    public async Task AGoodRelayLetsBothPass()
    {
        PathReport report = await ThroughRelay.RunAsync(
            "client-first-drip server-first-drip client-first server-first", "none", "none");
        Assert.All(report.Results, r => Assert.Equal("preserved", r.Effect.Key));
    }

    private static Task<PathReport> RunAsync(string direction, string fault, bool ofTheClient) =>
        ThroughRelay.RunAsync($"{direction} {direction}-drip", ofTheClient ? fault : "none",
            ofTheClient ? "none" : fault, TimeSpan.Zero, Longer);
}
