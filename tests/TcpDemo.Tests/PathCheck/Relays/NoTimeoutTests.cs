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

        // If the kernels on the path have accepted all data, the sender does not observe the close, and the effect is
        // data-lost.
        string effect = report.Row($"{direction}-slow-reader").Effect.Key;
        Assert.True(effect is "cut" or "data-lost", Report.Of(report));
        Assert.Matches(effect == "data-lost" ? "^Both ends observe a normal close, but data is missing or wrong: "
            : @"^A long transfer is cut after about (3\.[5-9]|4(\.[0-5])?) MiB \([0-9.]+ m?s\): a silence of 4s " +
                "passes, so it is not an idle time-out; look for a limit of size( or of duration)?" +
                @"(, or for a relay that closes when the sender has ended, although it still holds data)?\.$",
            report.Meaning);
    }
}
