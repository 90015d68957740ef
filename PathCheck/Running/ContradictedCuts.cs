using PathCheck.Checks;

namespace PathCheck.Running;

/// <summary>Repeats checks of one direction if another result contradicts their results.</summary>
internal static class ContradictedCuts
{
    /// <summary>
    /// Repeats the checks that failed although the path preserved a silence that was as long or longer. A time-out
    /// would have cut that silence, too. If all repeats are preserved, the path has only broken one connection, for
    /// instance because it was restarted. A check whose data was altered or lost silently is not repeated.
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
    /// Repeats all cuts of a direction. Called if the path preserved a repeat of the cut with the shortest silence, or
    /// if a cut was immediate although the path preserved a silence. If all repeats of a cut are preserved, the path
    /// was at fault for a moment only. If a repeat fails, the fault is intermittent, unless all repeats fail and the
    /// check has no silence. But if the data was due just when the time-out expires, the result stays a cut, because it
    /// is chance whether such data arrives.
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
