using PathCheck.Checks;

namespace PathCheck.Running;

/// <summary>Repeats checks of one direction if another result contradicts their results.</summary>
internal static class ContradictedCuts
{
    /// <summary>
    /// Repeats the checks that failed although the path preserved a silence that was at least as long. If all repeats
    /// are preserved, the path has only broken one connection, for instance because it was restarted. A check whose
    /// data was altered or lost silently is not repeated.
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
    /// Repeats all cuts of a direction, because another result contradicts one of them. If all repeats of a cut are
    /// preserved, the path was at fault for a moment only. Otherwise the fault is usually intermittent. But if the data
    /// was due just when the time-out expires, chance decides whether it arrives, and the result stays a cut.
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
