using PathCheck.Reporting;

namespace TcpDemo.Tests.PathCheck.Relays;

/// <summary>A FIN that arrives later than the time-out counts as not forwarded.</summary>
[Trait("Tier", "Long")]
public sealed class LateFinTests
{
    private const string Late = "delay-fin:4s";

    [Fact]
    public async Task AClientsFinThatIsLaterThanTheTimeoutIsNamed()
    {
        PathReport report = await ThroughRelay.RunAsync("client-first client-first-small", Late, "none");
        foreach (string key in (string[])["client-first", "client-first-small"])
        {
            report.Is(key, "fin-not-forwarded");
            Assert.Equal("client", report.Row(key).MissingFin);
        }

        Assert.Matches(@" A FIN did arrive after [4-9]\.[0-9] s, which is later than --timeout: with a longer one it " +
            @"is only late\.$", report.Meaning);
    }

    [Fact]
    public async Task AServersFinThatIsLaterThanTheTimeoutIsMissingAfterEverySilence()
    {
        PathReport report = await ThroughRelay.RunAsync("client-first", "none", Late, TimeSpan.Zero,
            TimeSpan.FromSeconds(2));
        Assert.All(report.Results, r => Assert.Equal(("fin-not-forwarded", "server", false),
            (r.Effect.Key, r.MissingFin, r.IsIntermittent)));
    }
}
