using System.Text.RegularExpressions;
using PathCheck.Checks;
using PathCheck.Reporting;

namespace TcpDemo.Tests.PathCheck.Relays;

/// <summary>
/// A relay that fails on some connections does not pass, even if all repeats are preserved. A single failure is only a
/// note.
/// </summary>
[Trait("Tier", "Long")]
public sealed class IntermittentRelayTests
{
    [Fact]
    public async Task AFaultOfEverySecondConnectionOfOneDirectionIsIntermittent()
    {
        PathReport report = await RunAsync("client-first server-first", "client-first ", number => number % 2 == 1);
        CheckResult[] failed = [.. report.Results.Where(r => r.Effect.IsFault)];

        // If the longer silence fails first, the run opens more connections for the shorter one. Some of these fail,
        // too.
        Assert.InRange(failed.Length, 1, 2);
        Assert.All(failed, row =>
        {
            Assert.Equal(("fin-full-close", true), (row.Effect.Key, row.IsIntermittent));
            Assert.Matches("; failed on ([23] of 4|[89] of 17|1[0-2] of 20) attempts$", row.Evidence);
        });
        Assert.Equal("This path does not preserve half-close: when the client ends first, FIN closed both directions " +
            "(on some connections).", report.Summary);
        Assert.Matches(@"^Some connections fail, and others of the same kind do not \((9|1[0-3]) of [34][0-9] " +
            @"attempts failed\): ", report.Meaning);
        Assert.Equal(2, report.ExitCode);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(17)]
    public async Task AFaultOfEveryFewConnectionsIsFound(int every)
    {
        // The fault affects the first connection that carries one of these checks, so at least one row fails.
        PathReport report = await RunAsync(
            "client-first client-first-drip server-first server-first-drip", "client|server",
            number => number % every == 1);
        Assert.True(report.ExitCode == 2, Report.Of(report));
        Assert.Contains("Some connections fail, and others of the same kind do not", report.Meaning,
            StringComparison.Ordinal);
        Assert.DoesNotContain(report.Results, r => r.FailedOnce is not null);
    }

    [Fact]
    public async Task AFaultOfOneConnectionIsANote()
    {
        PathReport report = await RunAsync("client-first server-first", "server-first ", number => number == 1);
        CheckResult failed = Assert.Single(report.Results, r => r.FailedOnce is not null);
        Assert.Equal(0, report.ExitCode);
        Assert.Equal("preserved (note)", Report.ResultOf(failed, report));
        Assert.Equal("lost once, preserved on 3 of 3 repeats", failed.Evidence);
        Assert.EndsWith(", but 1 of 4 checks failed once.", report.Summary, StringComparison.Ordinal);
        Assert.Contains($"(Note: \"{failed.Title}\" failed once, and then on no repeat. ", report.Meaning,
            StringComparison.Ordinal);
    }

    private static async Task<PathReport> RunAsync(string keys, string request, Func<int, bool> isChosen)
    {
        int count = 0;
        await using RunningServer server = await RunningServer.StartFarEndAsync();

        // The relay creates the faults of the two directions of a connection one after the other.
        var last = new AsyncLocal<ClosingFaults.FullCloseOfSome>();
        await using var relay = new FaultyRelay(server.EndPoint,
            () => last.Value = new ClosingFaults.FullCloseOfSome(r => Regex.IsMatch(r, $"^PATHCHECK/1 ({request})")
                && isChosen(Interlocked.Increment(ref count))),
            () => last.Value!.Back);
        return await ThroughRelay.RunAsync(
            keys, relay.Port, TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(1));
    }
}
