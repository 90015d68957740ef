using PathCheck.Reporting;

namespace TcpDemo.Tests.PathCheck.Relays;

/// <summary>A path may give up on an idle half-closed connection. This is not a fault.</summary>
[Trait("Tier", "Long")]
public sealed class NeverEndsTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(0.8), Watched = TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData("client-first-no-end", true)]
    [InlineData("server-first-no-end", false)]
    public async Task ARelayThatGivesUpIsTold(string row, bool ofTheClient)
    {
        PathReport report = await RunAsync(
            ofTheClient ? "cut-after:0.8s" : "none", ofTheClient ? "none" : "cut-after:0.8s");
        report.Is(row, "gave-up");
        Assert.InRange(report.Row(row).CutAfter!.Value, Limit - TimeSpan.FromSeconds(0.1), Watched);
        report.Is(ofTheClient ? "server-first-no-end" : "client-first-no-end", "still-open");
        Assert.Equal(0, report.ExitCode);
        Assert.Contains("Here the path gave up after", report.Meaning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARelayThatKeepsItIsToldAsWell()
    {
        PathReport report = await RunAsync("none", "none");
        Assert.All(report.Results, r => Assert.Equal("still-open", r.Effect.Key));
        Assert.Contains("a program needs a time-out of its own", report.Meaning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutHoldTheChecksAreNotRun()
    {
        PathReport report = await ThroughRelay.RunAsync("client-first client-first-no-end", "none", "none");
        Assert.Equal(["client-first"], report.Results.Select(r => r.Check.Key));
        Assert.Contains(
            "also keeps the connection of a peer that never ends", report.Meaning, StringComparison.Ordinal);
    }

    private static Task<PathReport> RunAsync(string toServer, string toClient) => ThroughRelay.RunAsync(
        "client-first-no-end server-first-no-end", toServer, toClient, Watched);
}
