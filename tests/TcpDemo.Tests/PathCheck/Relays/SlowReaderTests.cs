using PathCheck.Checks;
using PathCheck.Checks.HalfClosed;
using PathCheck.Reporting;

namespace TcpDemo.Tests.PathCheck.Relays;

/// <summary>
/// A slow reader finds a relay that closes after the last FIN although it still has bytes to forward.
/// </summary>
[Trait("Tier", "Long")]
public sealed class SlowReaderTests
{
    private const string Rows = "client-first server-first client-first-slow-reader server-first-slow-reader",
        Leak = "close-with-bytes-left:0.5s";

    [Theory]
    [InlineData("client-first-slow-reader", false)]
    [InlineData("server-first-slow-reader", true)]
    public async Task ARelayThatClosesWithBytesLeftLosesThem(string row, bool toServer)
    {
        PathReport report = await RunAsync(toServer ? Leak : "none", toServer ? "none" : Leak);
        report.Is(row, "data-lost");
        CheckResult found = report.Row(row);
        long received = toServer ? found.Far!.Bytes : found.Near!.Received;
        Assert.InRange(received, 1, SlowReaderOfReply.Size - 1);

        // Nothing is lost without a slow reader, or in the other direction.
        Assert.All(report.Results.Where(r => r.Check.Key != row), r => Assert.Equal("preserved", r.Effect.Key));
        Assert.Equal(2, report.ExitCode);
    }

    [Theory]
    [InlineData("client-first-slow-reader", false)]
    [InlineData("server-first-slow-reader", true)]
    public async Task ARelayThatResetsWithBytesLeftCutsTheTransfer(string row, bool toServer)
    {
        const string Reset = "reset-with-bytes-left:0.5s";
        PathReport report = await RunAsync(toServer ? Reset : "none", toServer ? "none" : Reset);
        report.Is(row, "cut");
        Assert.StartsWith("A long transfer is cut after at least ", report.Meaning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AGoodRelayLosesNothing()
    {
        PathReport report = await RunAsync("none", "none");
        Assert.All(report.Results, r => Assert.Equal("preserved", r.Effect.Key));
    }

    private static Task<PathReport> RunAsync(string toServer, string toClient) =>
        ThroughRelay.RunAsync(Rows, toServer, toClient);
}
