using PathCheck.Reporting;

namespace TcpDemo.Tests.PathCheck.Relays;

/// <summary>If a path is full, a sender may not notice a hang-up.</summary>
[Trait("Tier", "Long")]
public sealed class FullPathTests
{
    [Theory]
    [InlineData("full-path-client", "leak-when-full", "none")]
    [InlineData("full-path-server", "none", "leak-when-full")]
    public async Task ARelayThatDoesNotNoticeItIsANoteAndAFaultOnlyWithStrict(
        string row, string toServer, string toClient)
    {
        PathReport report = await RunAsync(toServer, toClient);
        report.Is(row, "rst-not-forwarded");
        Assert.Contains("did not learn of it", report.Row(row).Evidence, StringComparison.Ordinal);
        Assert.All(report.Results.Where(r => r.Check.Key != row), r => Assert.Equal("preserved", r.Effect.Key));
        Assert.Equal(0, report.ExitCode);
        Assert.Equal(2, (report with { Options = report.Options with { Strict = true } }).ExitCode);
    }

    [Theory]
    [InlineData("full-path-client", "swallow-reset", "none")]
    [InlineData("full-path-server", "none", "swallow-reset")]
    public async Task ARelayThatThenDiscardsTheRestIsANote(string row, string toServer, string toClient)
    {
        PathReport report = await RunAsync(toServer, toClient);
        report.Is(row, "rst-not-forwarded");
        Assert.Matches("did not learn of it within [0-9.]+ s, and the path accepted more data",
            report.Row(row).Evidence);
        Assert.Equal(0, report.ExitCode);
    }

    [Theory]
    [InlineData("full-path-client", "none", "unlimited")]
    [InlineData("full-path-server", "unlimited", "none")]
    public async Task APathThatTakesEverythingIsNotJudgedAndTheSentencesSaySo(
        string row, string toServer, string toClient)
    {
        PathReport report = await RunAsync(toServer, toClient);
        report.Is(row, "not-judged");
        Assert.Equal("the path accepted more and more data, and was never full", report.Row(row).Evidence);
        Assert.EndsWith($"(Note: \"{report.Row(row).Title}\" could not be judged: {report.Row(row).Evidence}.)",
            report.Meaning, StringComparison.Ordinal);
        Assert.Equal(0, report.ExitCode);
    }

    [Fact]
    public async Task ThroughAGoodRelayTheSenderLearnsOfIt()
    {
        PathReport report = await RunAsync("none", "none");
        Assert.All(report.Results, r => Assert.Equal("preserved", r.Effect.Key));
        Assert.Contains("the server learned of it after", report.Row("full-path-client").Evidence,
            StringComparison.Ordinal);
        Assert.Contains("the client learned of it after", report.Row("full-path-server").Evidence,
            StringComparison.Ordinal);
    }

    private static Task<PathReport> RunAsync(string toServer, string toClient) => ThroughRelay.RunAsync(
        "client-reset server-reset full-path-client full-path-server", toServer, toClient);
}
