using PathCheck;
using PathCheck.Checks;
using PathCheck.Checks.Ends;
using PathCheck.Checks.Resets;
using PathCheck.Classifying;
using PathCheck.Relaying;
using PathCheck.Reporting;
using PathCheck.Running;

namespace TcpDemo.Tests.PathCheck.Relays;

/// <summary>PathCheck reports each effect that a relay causes, in either direction.</summary>
[Trait("Tier", "Long")]
public sealed class FaultyRelayTests
{
    private static readonly TimeSpan[] Holds = [TimeSpan.Zero, TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(1.5)];
    private static readonly TimeSpan Cut =
        TimeSpan.FromSeconds(0.6), Near = TimeSpan.FromSeconds(0.06), LateBy = TimeSpan.FromSeconds(3);

    private TimeSpan _latestCut;

    [Fact]
    public async Task AGoodRelayPreservesEverything()
    {
        PathReport result = await ThroughAsync("none", "none");
        Assert.All(result.Results, f => Assert.Equal((f.Check, PathEffect.Preserved), (f.Check, f.Effect)));
        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public async Task ARelayThatEndsBecauseOfAResetLosesNoRow()
    {
        PathReport result = await ThroughEndingRelayAsync(end => new TestFaults.OnReset(end));

        // On a busy machine the relay may forward the report of ClientReset before the relay ends. Then ServerReset is
        // the first check that fails.
        int stopped = result.Results.TakeWhile(f => f.Effect == PathEffect.Preserved).Count();
        CheckResult last = result.Results[stopped];
        Assert.True(last.Check is ClientReset or ServerReset, Report.Of(result));
        Assert.Equal("path-stopped", last.Effect.Key);
        Assert.All(result.Results.Skip(stopped + 1), f => Assert.Equal("not-judged", f.Effect.Key));
        Assert.Equal(2, result.ExitCode);
        Assert.Equal($"This path preserves half-close, tested without a pause, but {last.Check.Occasion} it stopped "
            + "working.", result.Summary);
    }

    [Fact]
    public async Task ARelayThatEndsInTheFirstCheckIsNamed()
    {
        PathReport result = await ThroughEndingRelayAsync(end => new TestFaults.StallUntil(() =>
        {
            end();
            return Task.CompletedTask;
        }));
        Assert.Equal("path-stopped", Of<FullDuplexTransfer>(result).Effect.Key);
        Assert.Contains("no longer accepts connections, as it did before", Of<FullDuplexTransfer>(result).Evidence,
            StringComparison.Ordinal);
        Assert.All(result.Results.Where(r => r.Check is not FullDuplexTransfer),
            r => Assert.Equal("not-judged", r.Effect.Key));
        Assert.Equal(2, result.ExitCode);
    }

    [Theory]
    [InlineData("full-close", "fin-full-close")]
    [InlineData("swallow-fin", "fin-not-forwarded")]
    [InlineData("fin-to-reset", "fin-became-rst")]
    public async Task TheEffectOnTheClientsFinIsReported(string fault, string word)
    {
        PathReport result = await ThroughAsync(fault, "none");
        Are(result, FirstCloser.Client, word, word, word);
        Assert.Equal(word, Of<FullDuplexTransfer>(result).Effect.Key);
        Assert.Equal(2, result.ExitCode);

        // A relay with a full close first forwards the client's data and FIN, so the next two checks find no fault.
        if (word == "fin-full-close") return;
        Assert.Equal((word, null), (Of<DataThenFin>(result).Effect.Key, Of<DataThenFin>(result).Gap));
        Assert.Equal(word, Of<FinWithoutData>(result).Effect.Key);
    }

    [Theory]
    [InlineData("full-close", "fin-full-close")]
    [InlineData("swallow-fin", "fin-not-forwarded")]
    [InlineData("fin-to-reset", "fin-became-rst")]
    public async Task TheEffectOnTheServersFinIsReported(string fault, string word)
    {
        PathReport result = await ThroughAsync("none", fault);
        Are(result, FirstCloser.Server, word, word, word);
        Assert.Equal(2, result.ExitCode);
    }

    [Theory]
    [InlineData("cut-after:0.6s", true)]
    [InlineData("cut-after:0.6s", false)]
    [InlineData("silent-after:0.6s", true)]
    [InlineData("silent-after:0.6s", false)]
    public async Task TheTimeOfACutIsFoundWhetherOrNotAnEndObservesIt(string fault, bool ofTheClient)
    {
        PathReport result = await ThroughAsync(ofTheClient ? fault : "none", ofTheClient ? "none" : fault);
        Are(result, ofTheClient ? FirstCloser.Client : FirstCloser.Server, "preserved", "preserved", "cut");
        Are(result, ofTheClient ? FirstCloser.Server : FirstCloser.Client, "preserved", "preserved", "preserved");
        Assert.InRange(
            result.Results.Single(f => f.Effect == PathEffect.Cut && f.Hold is not null).CutAfter!.Value,
            Cut - Near, _latestCut + Near);
        Assert.Equal(2, result.ExitCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ADelayedFinIsLateAndPreserved(bool ofTheClient)
    {
        PathReport result = await ThroughAsync(
            ofTheClient ? "delay-fin:3s" : "none", ofTheClient ? "none" : "delay-fin:3s", timeout: 3 * LateBy);
        Assert.All(
            result.Results, f => Assert.Equal((f.Check, f.Hold, PathEffect.Preserved), (f.Check, f.Hold, f.Effect)));

        // The delay is measured by the server's clock.
        CheckResult end = Of<DataThenFin>(result);
        Assert.Matches(
            ofTheClient ? @"^([3-8]|2[.]9)[.0-9]* s after the last byte$"
            : @"^[0-9]{1,3}\.[0-9] ms after the last byte$", end.Evidence);

        // The server's FIN is timed by the client's clock.
        Assert.Equal(!ofTheClient, Of<ServerDataThenFin>(result).Gap > LateBy / 2);
        string side = ofTheClient ? "client" : "server";
        Assert.Contains($"(Note: when the {side}'s FIN directly follows data, it arrives", result.Meaning,
            StringComparison.Ordinal);
        Assert.Equal(1, Report.Of(result).Split(" preserved (note) ").Length - 1);
        // The kernel measures in ticks of up to 10 ms. The first and the last tick are incomplete.
        Assert.InRange(
            end.Gap!.Value, ofTheClient ? LateBy - (2 * TimingTolerance.Grain) : TimeSpan.Zero, ofTheClient
            ? 3 * LateBy : LateBy);
    }

    [Theory]
    [InlineData("drop-tail:1000", "data-lost")]
    [InlineData("flip-byte:5001", "data-altered")]
    public async Task DamageToTheReplyIsReported(string fault, string word)
    {
        PathReport result = await ThroughAsync("none", fault);
        Are(result, FirstCloser.Client, word, word, word);
        Are(result, FirstCloser.Server, "preserved", "preserved", "preserved");
        Assert.Equal(word, Of<FullDuplexTransfer>(result).Effect.Key);
    }

    [Theory]
    [InlineData("drop-tail:1000", "data-lost")]
    [InlineData("flip-byte:5001", "data-altered")]
    public async Task DamageToTheUploadIsReported(string fault, string word)
    {
        PathReport result = await ThroughAsync(fault, "none");
        Are(result, FirstCloser.Server, word, word, word);
        Are(result, FirstCloser.Client, "preserved", "preserved", "preserved");
        Assert.Equal(word, Of<DataThenFin>(result).Effect.Key);
    }

    [Theory]
    [InlineData("reset-to-fin", "rst-became-fin", true)]
    [InlineData("reset-to-fin", "rst-became-fin", false)]
    [InlineData("swallow-reset", "rst-not-forwarded", true)]
    [InlineData("swallow-reset", "rst-not-forwarded", false)]
    public async Task TheEffectOnAResetIsARemarkAndAFaultOnlyWithStrict(string fault, string word, bool ofTheClient)
    {
        PathReport result = await ThroughAsync(ofTheClient ? fault : "none", ofTheClient ? "none" : fault);
        Assert.Equal(word, Aborts(result, ofTheClient ? "client" : "server").Effect.Key);
        Assert.Equal(PathEffect.Preserved, Aborts(result, ofTheClient ? "server" : "client").Effect);
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(2, (result with { Options = result.Options with { Strict = true } }).ExitCode);
    }

    [Fact]
    public void EveryEffectHasARelayThatCausesIt()
    {
        IEnumerable<object?> earned = typeof(FaultyRelayTests).GetMethods()
            .SelectMany(
                m => m.GetCustomAttributes(typeof(InlineDataAttribute), false).Cast<InlineDataAttribute>()
                .SelectMany(d => d.GetData(m))).SelectMany(d => d);
        Assert.Empty(
            PathEffect.All.Select(e => e.Key).Except(earned.OfType<string>())
            .Except(["preserved", "still-open", "gave-up", "cut", "cut-despite-data", "stood-still", "path-stopped",
                "not-judged"]));
    }

    private static CheckResult Of<T>(PathReport result) where T : Check => result.Results.Single(f => f.Check is T);

    private static CheckResult Aborts(PathReport result, string side) =>
        side == "client" ? Of<ClientReset>(result) : Of<ServerReset>(result);

    private static void Are(PathReport result, FirstCloser first, params string[] words) =>
        Assert.Equal(
            words, result.Results.Where(f => f.FirstCloser == first && f.Hold is not null).Select(f => f.Effect.Key));

    // The relay ends when its fault occurs.
    private static async Task<PathReport> ThroughEndingRelayAsync(Func<Action, Fault> fault)
    {
        await using RunningServer server = await RunningServer.StartFarEndAsync();
        FaultyRelay? relay = null;
        relay = new FaultyRelay(server.EndPoint, () => fault(() => relay!.End()));
        await using FaultyRelay running = relay;
        return await new PathCheckRunner(
            new PathCheckOptions { Port = relay.Port, Holds = [TimeSpan.Zero] }, _ => { })
            .RunAsync(CancellationToken.None).Judged();
    }

    private async Task<PathReport> ThroughAsync(string toServer, string toClient, TimeSpan? timeout = null)
    {
        await using RunningServer server = await RunningServer.StartFarEndAsync();
        await using var relay = new FaultyRelay(server.EndPoint, toServer, toClient);
        var options =
            new PathCheckOptions { Port = relay.Port, Holds = Holds, Timeout = timeout ?? TimeSpan.FromSeconds(2) };
        PathReport result = await new PathCheckRunner(options, _ => { }).RunAsync(CancellationToken.None).Judged();
        _latestCut = relay.LatestCut;
        return result;
    }
}
