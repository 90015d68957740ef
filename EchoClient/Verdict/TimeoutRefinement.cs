namespace EchoClient.Verdict;

/// <summary>
/// All checks of one direction together. A path has one time-out a direction: it is looked for where nobody saw it, and
/// looked at again, alone, where somebody did. A cut at once is none: the path takes a FIN for a full close.
/// </summary>
internal static class TimeoutRefinement
{
    private const int MaxRepetitions = 3;

    public static async Task<IReadOnlyList<CheckResult>> RefineAsync(IReadOnlyList<CheckResult> findings, FirstCloser first, TimeSpan atOnce, Func<TimeSpan, Task<CheckResult>> check)
    {
        List<CheckResult> ours = [.. findings.Where(f => f.First == first)];
        List<CheckResult> cut = [.. ours.Where(f => f.Effect == PathEffect.Cut)];
        if (cut.Count == 0) return findings;
        TimeSpan? after = cut.Min(f => f.CutAfter), shortest = cut.Min(f => f.Hold);
        if (after is { } seen && seen > atOnce && shortest is { } again) after = await EarliestAsync(seen, () => check(again));
        else if (after is null && shortest is { } tooLong)
            after = await TimeoutSearch.FindAsync(ours.Where(f => f.Effect == PathEffect.Preserved && f.Hold < tooLong).Max(f => f.Hold) ?? TimeSpan.Zero, tooLong, check);
        return [.. findings.Select(f => f.First != first ? f : Settle(f, after, atOnce))];
    }

    // A machine that is busy sees an end late and never early: the earliest counts, and one look more has to agree with it.
    private static async Task<TimeSpan> EarliestAsync(TimeSpan seen, Func<Task<CheckResult>> check)
    {
        for (int looks = 0; looks < MaxRepetitions; looks++)
        {
            TimeSpan again = (await check()).CutAfter ?? TimeSpan.MaxValue, before = seen;
            if (again < seen) seen = again;
            if (again <= before + TimingTolerance.Of(before) && again >= before - TimingTolerance.Of(before)) break;
        }

        return seen;
    }

    private static CheckResult Settle(CheckResult finding, TimeSpan? after, TimeSpan atOnce) => finding switch
    {
        // What is sent at once races with the close: whether it passes, is lost silently, or by a reset, says nothing more.
        { Effect: PathEffect.Preserved, Hold: null or { Ticks: 0 } } when after <= atOnce => Coincidental(finding) with { Effect = PathEffect.FullClose },
        { Effect: PathEffect.Cut } or { Effect: PathEffect.LostSilently or PathEffect.FinBecameReset, Hold: null or { Ticks: 0 } } when after <= atOnce =>
            finding with { Effect = PathEffect.FullClose, CutAfter = null },
        { Effect: PathEffect.Cut } => finding with { CutAfter = after },
        // Much data on a busy machine takes longer than the time-out, and is cut by it.
        { Effect: PathEffect.LostSilently, Hold: null } when after is { } timeout && finding.EndedAfter >= timeout - TimingTolerance.Of(timeout) => finding with { Effect = PathEffect.Cut, CutAfter = after },
        // So does what is sent just when the time-out is over.
        { Effect: PathEffect.Preserved or PathEffect.LostSilently or PathEffect.FinBecameReset, Hold: { } hold } when (hold - after)?.Duration() <= hold / 20 =>
            Coincidental(finding) with { Effect = PathEffect.Cut, CutAfter = after },
        _ => finding,
    };

    private static CheckResult Coincidental(CheckResult finding) => finding.Effect == PathEffect.Preserved ? finding with { Evidence = $"{finding.Evidence}, by chance" } : finding;
}
