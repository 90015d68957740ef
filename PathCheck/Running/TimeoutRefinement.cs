using PathCheck.Checks;
using PathCheck.Classifying;

namespace PathCheck.Running;

/// <summary>
/// Makes the results of one direction consistent: a path has one time-out in each direction. If an end observed the
/// cut, the time of the cut is measured again while no other check runs. Otherwise the time-out is searched for. An
/// immediate cut means that the path treats a FIN as a full close.
/// </summary>
internal static class TimeoutRefinement
{
    private const int MaxRepetitions = 3;

    public static async Task<IReadOnlyList<CheckResult>> RefineAsync(
        IReadOnlyList<CheckResult> results,
        FirstCloser first,
        TimeSpan immediate,
        Func<TimeSpan, Task<CheckResult>> check)
    {
        results = await ContradictedCuts.AcquitAsync(results, first, immediate, check);
        List<CheckResult> ours = [.. results.Where(f => IsOf(f, first))];
        TimeSpan longest = LongestSurvived(ours);
        List<CheckResult> cut = [.. ours.Where(f => f.Effect == PathEffect.Cut && f.Hold > longest)];
        if (cut.Count == 0) return results;
        TimeSpan? after = cut.Min(f => f.CutAfter), shortest = cut.Min(f => f.Hold);
        if (after is { } observed && shortest is { } again)
        {
            (after, bool isPreserved) = await EarliestAsync(observed, () => check(again));
            if (isPreserved || (after <= immediate && longest > TimeSpan.Zero))
            {
                results = await ContradictedCuts.RepeatAsync(results, cut, after!.Value, immediate, check);
                if (results.All(r => !cut.Any(c => c.Row == r.Row) || r.IsIntermittent || !r.Effect.IsFault))
                    return results;
            }
        }

        if (await LostBeforeAsync(after, shortest, immediate, check) is { } tooLong)
        {
            TimeSpan? survived = ours.Where(f => f.Effect == PathEffect.Preserved && f.Hold < tooLong).Max(f => f.Hold);
            (TimeSpan from, TimeSpan to) = await TimeoutSearch.FindAsync(survived ?? TimeSpan.Zero, tooLong, check);
            TimeSpan middle = (from + to) / 2;
            return [.. results.Select(f => !IsOf(f, first) ? f : Settle(f, middle, immediate))
                .Select(f => f.CutAfter == middle && IsOf(f, first) ? f with { CutBetween = (from, to) } : f)];
        }

        return [.. results.Select(f => !IsOf(f, first) ? f : Settle(f, after, immediate))];
    }

    // The silence up to which the time-out must be searched for; null if no search is needed. A path may stop
    // forwarding before it closes. Then data sent shortly before the cut is lost too, and the observed time is too
    // long.
    private static async Task<TimeSpan?> LostBeforeAsync(
        TimeSpan? after, TimeSpan? shortest, TimeSpan immediate, Func<TimeSpan, Task<CheckResult>> check)
    {
        if (after is not { } observed) return shortest;
        TimeSpan before = observed - (2 * TimingTolerance.Of(observed));
        if (before <= immediate) return null;
        CheckResult result = await check(before);
        bool isLost = result.Effect == PathEffect.LostSilently || result.Effect == PathEffect.FinBecameReset
            || (result.Effect == PathEffect.Cut && result.CutAfter is null);
        return isLost ? before : null;
    }

    /// <summary>
    /// Whether a result depends on the time-out of the direction in which <paramref name="first"/> closes first.
    /// </summary>
    public static bool IsOf(CheckResult result, FirstCloser first) =>
        result.FirstCloser == first && result.Check.SharesTimeout;

    /// <summary>The longest preserved silence; negative if there is none.</summary>
    public static TimeSpan LongestSurvived(IEnumerable<CheckResult> ours) =>
        ours.Where(f => f.Effect == PathEffect.Preserved).Max(f => f.Hold) ?? TimeSpan.FromTicks(-1);

    // A busy machine observes a cut late, never early, so the earliest time counts. The time is measured again until
    // two measurements agree, but only a few times.
    private static async Task<(TimeSpan? After, bool IsPreserved)> EarliestAsync(
        TimeSpan observed, Func<Task<CheckResult>> check)
    {
        bool isPreserved = false;
        for (int looks = 0; looks < MaxRepetitions; looks++)
        {
            CheckResult found = await check();
            isPreserved |= found.Effect == PathEffect.Preserved;
            TimeSpan again = found.CutAfter ?? TimeSpan.MaxValue, before = observed;
            if (again < observed) observed = again;
            if (again <= before + TimingTolerance.Of(before) && again >= before - TimingTolerance.Of(before)) break;
        }

        return (observed, isPreserved);
    }

    private static CheckResult Settle(CheckResult result, TimeSpan? after, TimeSpan immediate)
    {
        if (result.IsIntermittent) return result;
        PathEffect effect = result.Effect;
        bool isLostByChance = effect == PathEffect.LostSilently || effect == PathEffect.FinBecameReset;
        bool isPreservedByChance = effect == PathEffect.Preserved;
        bool isSentAtOnce = result.Hold is null or { Ticks: 0 };

        // Data that is sent immediately races with the close: it may arrive or be lost.
        if (after <= immediate && isSentAtOnce && isPreservedByChance)
            return MarkCoincidental(result) with { Effect = PathEffect.FullClose };
        if (after <= immediate && (effect == PathEffect.Cut || (isSentAtOnce && isLostByChance)))
            return result with { Effect = PathEffect.FullClose, CutAfter = null };
        TimeSpan earliest = (after - TimingTolerance.Of(after ?? default)) ?? TimeSpan.Zero;
        if (effect == PathEffect.Cut)
            return (result.Hold ?? result.CutAfter) < earliest ? result : result with { CutAfter = after };

        // A path may stop forwarding before it closes.
        if (isLostByChance && result.Hold > after) return result with { Effect = PathEffect.Cut, CutAfter = after };

        // A large transfer may take longer than the time-out, which then cuts it.
        bool isLostToTimeout = after is { } timeout && result.EndedAfter >= timeout - TimingTolerance.Of(timeout);
        if (effect == PathEffect.LostSilently && result.Hold is null && isLostToTimeout)
            return result with { Effect = PathEffect.Cut, CutAfter = after };

        // Data that is due just when the time-out expires also races with the close.
        return IsDueWith(after, result.Hold) && (isPreservedByChance || isLostByChance)
            ? MarkCoincidental(result) with { Effect = PathEffect.Cut, CutAfter = after }
            : result;
    }

    /// <summary>Whether data is due just when a time-out expires.</summary>
    public static bool IsDueWith(TimeSpan? timeout, TimeSpan? hold) =>
        (hold - timeout)?.Duration() <= hold / 20;

    private static CheckResult MarkCoincidental(CheckResult result) =>
        result.Effect == PathEffect.Preserved
            ? result with { Observed = $"{result.Evidence} (arrived before the close took effect)" } : result;
}
