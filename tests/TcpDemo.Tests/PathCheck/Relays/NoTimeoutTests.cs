using PathCheck.Checks;
using PathCheck.Reporting;

namespace TcpDemo.Tests.PathCheck.Relays;

/// <summary>A relay that closes connections although it has no time-out gets no advice about one.</summary>
[Trait("Tier", "Long")]
public sealed class NoTimeoutTests
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(4);

    [Theory]
    [InlineData("client-first", false)]
    [InlineData("server-first", true)]
    public async Task ALimitOfTheSizeIsNamed(string direction, bool toServer)
    {
        const string Limit = "cut-after-bytes:4MiB";
        PathReport report = await ThroughRelay.RunAsync($"{direction} {direction}-drip {direction}-slow-reader",
            toServer ? Limit : "none", toServer ? "none" : Limit, TimeSpan.Zero, Silence);
        report.Is(direction, "preserved");
        report.Is($"{direction}-slow-reader", "cut");
        Assert.Matches(@"^A long transfer is cut after about (3\.[5-9]|4(\.[0-5])?) MiB \([0-9.]+ m?s\): " +
            "a silence of 4s passes, so it is not an idle time-out; look for a limit of size( or of duration)?\\.$",
            report.Meaning);
    }

    [Fact]
    public async Task AFaultOfSomeConnectionsIsIntermittent()
    {
        int count = 0;
        await using RunningServer server = await RunningServer.StartFarEndAsync();
        await using var relay = new FaultyRelay(server.EndPoint,
            () => new ClosingFaults.FullCloseOfEverySecond(
                "PATHCHECK/1 client-first ", () => Interlocked.Increment(ref count)));
        PathReport report = await ThroughRelay.RunAsync("client-first server-first", relay.Port,
            TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(1));
        CheckResult failed = Assert.Single(report.Results, r => r.Effect.IsFault);
        Assert.Equal(("fin-full-close", true), (failed.Effect.Key, failed.IsIntermittent));
        Assert.Matches("; failed on [23] of 4 attempts$", failed.Evidence);
        Assert.Equal("This path does not preserve half-close: when the client ends first, FIN closed both directions " +
            "(on some connections).", report.Summary);
        Assert.Matches(@"^Some connections fail, and others of the same kind do not \([23] of 5 attempts failed\): ",
            report.Meaning);
        Assert.Equal(2, report.ExitCode);
    }
}
