using PathCheck.Reporting;

namespace TcpDemo.Tests.PathCheck.Relays;

/// <summary>If a relay's fault depends on the size of a transfer, the report names the size.</summary>
[Trait("Tier", "Long")]
public sealed class SizesTests
{
    private const string Rows =
        "client-first server-first client-first-small server-first-small end-of-stream end-of-stream-server";

    [Theory]
    [InlineData("client-first-small", "server", false)]
    [InlineData("server-first-small", "client", true)]
    public async Task AFinThatIsLostAfterLittleDataOnly(string row, string side, bool toServer)
    {
        PathReport report = await RunAsync("swallow-fin-after-little", toServer);
        report.Is(row, "fin-not-forwarded");
        report.Is(row[..12], "preserved");
        Assert.Equal(side, report.Row(row).MissingFin);
        Assert.Contains("and little follows", report.Summary, StringComparison.Ordinal);
        Assert.Equal(2, report.ExitCode);
    }

    [Theory]
    [InlineData("end-of-stream-server", false)]
    [InlineData("end-of-stream", true)]
    public async Task ATailThatIsLostAfterMuchDataOnly(string row, bool toServer)
    {
        PathReport report = await RunAsync("drop-tail-of-large", toServer);
        report.Is(row, "data-lost");
        Assert.DoesNotContain("64KiB", report.Row(row).FaultyOnly, StringComparison.Ordinal);
        Assert.Contains("data lost silently (only with 128KiB, 1MiB", report.Summary, StringComparison.Ordinal);
        Assert.All(report.Results.Where(r => r.Check.Key != row), r => Assert.Equal("preserved", r.Effect.Key));
        Assert.Equal(2, report.ExitCode);
    }

    [Fact]
    public async Task TheLastByteOfEveryAnswerMayBeMissing()
    {
        // No answer is complete, so the round-trip time is unknown.
        PathReport report = await RunAsync("drop-tail:1", toServer: false);
        report.Is("client-first", "data-lost");
        Assert.Equal(2, report.ExitCode);
    }

    [Fact]
    public async Task AGoodRelayPreservesEverySize()
    {
        PathReport report = await RunAsync("none", toServer: true);
        Assert.All(report.Results, r => Assert.Equal("preserved", r.Effect.Key));
    }

    private static Task<PathReport> RunAsync(string fault, bool toServer) => ThroughRelay.RunAsync(
        Rows, toServer ? fault : "none", toServer ? "none" : fault);
}
