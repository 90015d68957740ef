using PathCheck.Checks;
using PathCheck.Classifying;

namespace PathCheck.Running;

/// <summary>
/// Looks for intermittent faults before the checks of resets and hang-ups: repeats the check with the shortest hold
/// once in each direction, unless it always failed. If a repeat fails, or an earlier check failed on some attempts
/// only, repeats it up to <see cref="Count"/> times. One failure alone usually means that something has broken
/// connections only for a moment.
/// </summary>
internal static class MoreConnections
{
    /// <summary>The maximum number of connections in each direction.</summary>
    public const int Count = 16;

    // A relay may be limited in the number of its connections.
    private const int Simultaneous = 3;

    /// <summary>The maximum number of rounds. Each opens some connections simultaneously.</summary>
    public const int MaxRounds = 1 + (Count / Simultaneous);

    /// <summary>Returns the results; some may now be intermittent.</summary>
    public static async Task<IReadOnlyList<CheckResult>> TryAsync(IReadOnlyList<CheckResult> results,
        TimeSpan immediate, Func<CheckResult, Task<CheckResult>> again)
    {
        CheckResult[] shortest = [.. results.Where(r => r.Check.HasHold).GroupBy(r => r.FirstCloser)
            .Select(g => g.MinBy(r => r.Hold)!).Where(r => r.Effect == PathEffect.Preserved || r.IsIntermittent)];
        var found = new List<CheckResult>(await Task.WhenAll(shortest.Select(OnceMoreAsync)));
        if (!results.Any(r => r.FailedOnce is not null || r.IsIntermittent) && !found.Any(HasFailed)) return results;
        for (int tried = 1; tried < Count; tried += Simultaneous)
        {
            found.AddRange(await Task.WhenAll(
                shortest.SelectMany(r => Enumerable.Range(0, Simultaneous).Select(_ => OnceMoreAsync(r)))));
        }

        bool isIntermittent = results.Any(r => r.IsIntermittent)
            || found.Any(r => HasFailed(r) && r.Effect.DamagesData)
            || (found.Any(HasFailed)
                && results.Count(r => r.FailedOnce is not null) + found.Count(HasFailed) > 1);
        return [.. results.Select(r => CountIn(r, found, isIntermittent))
            .Select(r => isIntermittent && r.FailedOnce is { } failed
                ? IntermittentFault.Mark(failed with { Attempts = r.Attempts ?? (1, 2) }) : r)];

        async Task<CheckResult> OnceMoreAsync(CheckResult result) => AsFullClose(await again(result), immediate);
    }

    // A failure that a busy machine may have caused does not count.
    private static bool HasFailed(CheckResult result) =>
        result is { Effect.IsFault: true, IsUncertain: false, Doubt: null };

    // Counts the new attempts of the row. If the row was preserved and the fault is intermittent, the first failed
    // attempt becomes its result. If the fault is not intermittent, that attempt is kept in FailedOnce.
    private static CheckResult CountIn(CheckResult result, List<CheckResult> found, bool isIntermittent)
    {
        CheckResult[] ours = [.. found.Where(r => r.Row == result.Row)];
        if (ours.Length == 0) return result;
        (int failed, int of) = result.Attempts ?? (result.Effect.IsFault ? 1 : 0, 1);
        (int, int) attempts = (failed + ours.Count(HasFailed), of + ours.Length);
        if (result.Effect.IsFault || ours.FirstOrDefault(HasFailed) is not { } fault)
            return result with { Attempts = attempts };
        return isIntermittent ? IntermittentFault.Mark(fault with { Attempts = attempts })
            : result with
            {
                Attempts = attempts,
                Observed = $"lost once, preserved on {ours.Length - 1} of {ours.Length - 1} repeats",
                FailedOnce = fault,
            };
    }

    // Without a silence, often neither end observes the time of a cut. The cut counts as immediate.
    private static CheckResult AsFullClose(CheckResult result, TimeSpan immediate) =>
        result is { Hold.Ticks: 0 } && result.Effect == PathEffect.Cut
            ? result with { Effect = PathEffect.FullClose, CutAfter = null }
            : IntermittentFault.AsFullClose(result, immediate);
}
