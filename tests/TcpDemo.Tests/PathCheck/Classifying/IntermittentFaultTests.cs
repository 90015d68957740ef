using PathCheck.Checks;
using PathCheck.Checks.HalfClosed;
using PathCheck.Classifying;
using PathCheck.Protocol;
using PathCheck.Reporting;
using PathCheck.Running;

namespace TcpDemo.Tests.PathCheck.Classifying;

/// <summary>A fault that other connections of the same kind do not have is intermittent.</summary>
public sealed class IntermittentFaultTests
{
    private static readonly TimeSpan Immediate = TimeSpan.FromSeconds(0.075);

    [Theory]
    [InlineData("pppp", "preserved", "lost once, preserved on 3 of 3 repeats", false)]
    [InlineData("pfpp", "cut", "seen; failed on 2 of 4 attempts", true)]
    [InlineData("ffff", "cut", "seen", false)]
    public async Task OneOfSeveralRepeatsThatFailsMakesIt(string repeats, string effect, string evidence, bool some)
    {
        int i = 0;
        CheckResult slow = Of(new SlowReaderOfReply(), null, PathEffect.Cut, 2.6) with { Observed = "seen" };
        CheckResult found = await MomentaryBreak.RepeatAsync(slow, () => Task.FromResult(
            slow with { Effect = repeats[i++] == 'p' ? PathEffect.Preserved : PathEffect.Cut }));
        Assert.Equal((effect, evidence, some), (found.Effect.Key, found.Evidence, found.IsIntermittent));
    }

    [Theory]
    [InlineData("client-first", 0.01, "fin-full-close")]
    [InlineData("server-first", 0.01, "fin-full-close")]
    [InlineData("client-first", 0.5, "cut")]
    public async Task AShorterSilenceThatFailsIsMarkedAndTheOthersAreUnchanged(string key, double cut, string effect)
    {
        // The second silence is cut, but the third, which is longer, is preserved. So the cause is neither a time-out
        // nor a path that closes both directions at each FIN.
        Check check = CheckTable.Find(key)!;
        IReadOnlyList<CheckResult> found = [Of(check, 0, PathEffect.Preserved), Of(check, 1, PathEffect.Cut, cut),
            Of(check, 5, PathEffect.Preserved)];
        found = await TimeoutRefinement.RefineAsync(found, check.FirstCloser, Immediate,
            h => Task.FromResult(Of(check, h.TotalSeconds, PathEffect.Cut, cut)));
        Assert.Equal(["preserved", effect, "preserved"], found.Select(f => f.Effect.Key));
        Assert.Equal([false, true, false], found.Select(f => f.IsIntermittent));
        Assert.Null(found[1].CutAfter);
    }

    [Fact]
    public async Task TheLongestSilenceThatFailsImmediatelyIsContradictedByAShorterOne()
    {
        IReadOnlyList<CheckResult> found = [Of(new ClientClosesFirst(), 1, PathEffect.Preserved),
            Of(new ClientClosesFirst(), 5, PathEffect.Cut, 0.01)];
        found = await TimeoutRefinement.RefineAsync(found, FirstCloser.Client, Immediate,
            h => Task.FromResult(found[1]));
        Assert.Equal([false, true], found.Select(f => f.IsIntermittent));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(4096, false)]
    public async Task AnImmediateCloseBeforeAnyDataIsContradictedByTheSilences(long received, bool some)
    {
        CheckResult slow = Of(new SlowReaderOfReply(), null, PathEffect.Cut, 0.03) with
        {
            Near = new NearObservation(received, SlowReaderOfReply.Size, IsAltered: false),
            Far = ConnectionReport.Nothing(ConnectionId.Next()),
        };
        IReadOnlyList<CheckResult> found = await MomentaryBreak.AcquitAsync(
            [Of(new ClientClosesFirst(), 1, PathEffect.Preserved), slow,
                Of(new ServerClosesFirst(), 1, PathEffect.FullClose)], Immediate, Task.FromResult);
        Assert.Equal((some ? "fin-full-close" : "cut", some), (found[1].Effect.Key, found[1].IsIntermittent));
    }

    [Fact]
    public async Task ALongTransferThatIsCutEarlierThanTheTimeoutKeepsItsTime()
    {
        IReadOnlyList<CheckResult> found = [Of(new ClientClosesFirst(), 5, PathEffect.Cut, 4),
            Of(new SlowReaderOfReply(), null, PathEffect.Cut, 2),
            Of(new SlowReaderOfReply(), null, PathEffect.Cut, 4.1)];
        found = await TimeoutRefinement.RefineAsync(found, FirstCloser.Client, Immediate,
            h => Task.FromResult(found[0]));
        Assert.Equal([4, 2, 4], found.Select(f => f.CutAfter!.Value.TotalSeconds));
    }

    [Fact]
    public async Task WithoutAFailureOneMoreConnectionIsOpenedInEachDirection()
    {
        CheckResult[] found = [Of(new ClientClosesFirst(), 0, PathEffect.Preserved),
            Of(new ClientClosesFirst(), 5, PathEffect.Cut, 4), Of(new ServerClosesFirst(), 1, PathEffect.Preserved),
            Of(new ServerClosesFirst(), 5, PathEffect.Preserved)];
        var tried = new List<CheckResult>();
        Assert.Same(found, await MoreConnections.TryAsync(found, Immediate, r =>
        {
            tried.Add(r);
            return Task.FromResult(r);
        }));
        Assert.Equal([found[0].Row, found[2].Row], tried.Select(r => r.Row));
    }

    [Theory]
    [InlineData(1, false, "preserved", "lost once, preserved on 15 of 15 repeats")]
    [InlineData(2, false, "fin-full-close", "; failed on 2 of 17 attempts")]
    [InlineData(16, false, "fin-full-close", "; failed on 16 of 17 attempts")]
    [InlineData(16, true, "preserved", "")]
    public async Task ALaterFailureIsIntermittentIfAnotherFollows(
        int failures, bool isUncertain, string effect, string evidence)
    {
        int tried = 0;
        IReadOnlyList<CheckResult> found = await MoreConnections.TryAsync(
            [Of(new ClientClosesFirst(), 0, PathEffect.Preserved)],
            Immediate, r => Task.FromResult(tried++ < failures
                ? r with { Effect = PathEffect.FullClose, IsUncertain = isUncertain } : r));
        Assert.Equal((effect, evidence), (found[0].Effect.Key, found[0].Evidence));
        Assert.Equal(failures == 1, Notes.HasFailedOnce(found[0]));
    }

    [Theory]
    [InlineData(0, 0.01, "fin-full-close")]
    [InlineData(1, 0.01, "fin-full-close")]
    [InlineData(1, 0.5, "cut")]
    public async Task ALaterFailureIsAFullCloseIfItIsImmediate(double hold, double cut, string effect)
    {
        IReadOnlyList<CheckResult> found = await MoreConnections.TryAsync(
            [Of(new ClientClosesFirst(), hold, PathEffect.Preserved)], Immediate,
            r => Task.FromResult(r with { Effect = PathEffect.Cut, CutAfter = TimeSpan.FromSeconds(cut) }));
        Assert.Equal((effect, true), (found[0].Effect.Key, found[0].IsIntermittent));
    }

    [Theory]
    [InlineData("data-lost")]
    [InlineData("data-altered")]
    public async Task DataThatIsLostOrAlteredOnceIsNotExcused(string effect)
    {
        int tried = 0;
        IReadOnlyList<CheckResult> found = await MoreConnections.TryAsync(
            [Of(new ClientClosesFirst(), 0, PathEffect.Preserved)],
            Immediate, r => Task.FromResult(tried++ == 0
                ? r with { Effect = PathEffect.All.Single(e => e.Key == effect) } : r));
        Assert.Equal((effect, "; failed on 1 of 17 attempts"), (found[0].Effect.Key, found[0].Evidence));
    }

    [Theory]
    [InlineData("", "", "preserved preserved")]
    [InlineData("client-first", "; failed on 4 of 17 attempts", "fin-full-close fin-full-close")]
    public async Task MoreConnectionsDecideWhetherOneFailureIsIntermittent(
        string fails, string evidence, string effects)
    {
        CheckResult full = Of(new SlowReaderOfUpload(), null, PathEffect.FullClose);
        int tried = 0;
        IReadOnlyList<CheckResult> found = await MoreConnections.TryAsync(
            [Of(new ClientClosesFirst(), 0, PathEffect.Preserved), Of(new ClientClosesFirst(), 5, PathEffect.Preserved),
                full with { Effect = PathEffect.Preserved, FailedOnce = full, Attempts = (1, 4) }],
            Immediate, r => Task.FromResult(tried++ % 4 == 2 && r.Check.Key == fails
                ? r with { Effect = PathEffect.FullClose } : r));
        Assert.Equal(MoreConnections.Count, tried);
        Assert.Equal(evidence, found[0].Evidence);
        Assert.Equal(effects, $"{found[0].Effect.Key} {found[2].Effect.Key}");
        Assert.Equal(fails != "", found[2].IsIntermittent);
        Assert.Equal(fails == "", Notes.HasFailedOnce(found[2]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AFailureThatABusyMachineMayHaveCausedCountsOnlyIfOthersFail(bool isUncertain)
    {
        CheckResult failed = Of(new DrippingReply(), null, PathEffect.FullClose) with
        {
            IsUncertain = isUncertain,
            Doubt = isUncertain ? null : "paused",
        },
            whole = Of(new DrippingReply(), null, PathEffect.Preserved);
        CheckResult[] found = await UncertainCheckRetry.RetryAsync([failed], _ => Task.FromResult(whole));
        Assert.Equal((PathEffect.Preserved, false), (found[0].Effect, Notes.HasFailedOnce(found[0])));
        IReadOnlyList<CheckResult> then = await MoreConnections.TryAsync(
            [found[0], Of(new ClientClosesFirst(), 0, PathEffect.Preserved)],
            Immediate, r => Task.FromResult(r with { Effect = PathEffect.FullClose }));
        Assert.Equal((PathEffect.FullClose, "; failed on 1 of 2 attempts"), (then[0].Effect, then[0].Evidence));
    }

    [Fact]
    public async Task ARepeatThatAPauseHasDisturbedIsMadeAgain()
    {
        CheckResult slow = Of(new SlowReaderOfReply(), null, PathEffect.Cut, 2.6);
        int tried = 0;
        CheckResult found = await MomentaryBreak.RepeatAsync(slow, () => Task.FromResult(
            tried++ == 0 ? slow with { Doubt = "paused" } : slow with { Effect = PathEffect.Preserved }));
        Assert.Equal((PathEffect.Preserved, 4), (found.Effect, tried));
    }

    private static CheckResult Of(Check check, double? hold, PathEffect effect, double? cut = null) =>
        new(check, hold is { } s ? TimeSpan.FromSeconds(s) : null, effect, "")
        {
            CutAfter = cut is { } after ? TimeSpan.FromSeconds(after) : null,
        };
}
