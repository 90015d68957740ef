using PathCheck.Checks;

namespace PathCheck.Running;

/// <summary>
/// Repeats the checks of one direction that another result contradicts, because the path preserved a silence that was
/// as long or longer.
/// </summary>
internal static class ContradictedCuts
{
    /// <summary>
    /// Repeats the checks of a shorter silence than one that survived, because such a time-out is none. If all
    /// repeats are preserved, the path has only broken one connection, for instance because it was restarted. Data
    /// that was lost silently is not excused.
    /// </summary>
    public static async Task<IReadOnlyList<CheckResult>> AcquitAsync(
        IReadOnlyList<CheckResult> results, FirstCloser first, TimeSpan immediate,
        Func<TimeSpan, Task<CheckResult>> check)
    {
        TimeSpan longest = TimeoutRefinement.LongestSurvived(results.Where(f => TimeoutRefinement.IsOf(f, first)));
        var settled = new List<CheckResult>();
        foreach (CheckResult result in results)
        {
            bool isContradicted = TimeoutRefinement.IsOf(result, first) && result.Hold <= longest
                && result.Effect is { IsFault: true, DamagesData: false };
            settled.Add(isContradicted
                ? IntermittentFault.MarkIfSilent(await MomentaryBreak.RepeatAsync(
                    IntermittentFault.WithoutTime(result, immediate), () => check(result.Hold!.Value)))
                : result);
        }

        return settled;
    }

    /// <summary>
    /// Repeats the cuts of a direction in which the same silence, or a shorter one, was preserved. Data that is due
    /// just when the time-out expires arrives by chance; otherwise the path is at fault on some connections only, or
    /// has been for a moment.
    /// </summary>
    public static async Task<IReadOnlyList<CheckResult>> RepeatAsync(IReadOnlyList<CheckResult> results,
        List<CheckResult> cut, TimeSpan after, TimeSpan immediate, Func<TimeSpan, Task<CheckResult>> check)
    {
        var repeated = new List<CheckResult>();
        foreach (CheckResult result in results)
        {
            if (!cut.Contains(result))
            {
                repeated.Add(result);
                continue;
            }

            CheckResult found = await MomentaryBreak.RepeatAsync(
                IntermittentFault.WithoutTime(result, immediate), () => check(result.Hold!.Value));
            repeated.Add(!found.Effect.IsFault ? found
                : TimeoutRefinement.IsDueWith(after, result.Hold) ? result with { CutAfter = null }
                : IntermittentFault.MarkIfSilent(found));
        }

        return repeated;
    }
}
