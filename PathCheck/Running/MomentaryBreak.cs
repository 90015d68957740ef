using PathCheck.Checks;
using PathCheck.Classifying;

namespace PathCheck.Running;

/// <summary>
/// Repeats each check without a silence that was reset or cut, although no check with a silence in the same direction
/// always fails. If each repeat is preserved, the path has broken connections only for a moment, for instance because
/// it was restarted.
/// </summary>
internal static class MomentaryBreak
{
    /// <summary>How often a failed check is repeated.</summary>
    public const int Repeats = 3;

    private static readonly PathEffect[] Visible =
        [PathEffect.Cut, PathEffect.CutDespiteData, PathEffect.FinBecameReset, PathEffect.FullClose];

    /// <summary>Returns the results; some may now be preserved or intermittent.</summary>
    public static async Task<IReadOnlyList<CheckResult>> AcquitAsync(
        IReadOnlyList<CheckResult> results, TimeSpan immediate, Func<CheckResult, Task<CheckResult>> again)
    {
        var settled = new List<CheckResult>();
        foreach (CheckResult result in results)
        {
            bool isContradicted = result.Hold is null && !result.IsAdvisory && Visible.Contains(result.Effect)
                && results.Where(r => r.Check.HasHold && r.FirstCloser == result.FirstCloser)
                    .All(r => r.Effect == PathEffect.Preserved || r.IsIntermittent);
            settled.Add(isContradicted
                ? IntermittentFault.MarkIfNothingPassed(await RepeatAsync(
                    IntermittentFault.HasPassed(result) ? result : IntermittentFault.AsFullClose(result, immediate),
                    () => again(result)))
                : result);
        }

        return settled;
    }

    /// <summary>
    /// Repeats a check. The result is preserved if each repeat is preserved, and intermittent if only some are.
    /// </summary>
    public static async Task<CheckResult> RepeatAsync(CheckResult result, Func<Task<CheckResult>> again)
    {
        int failed = 1;
        for (int i = 0; i < Repeats; i++)
        {
            CheckResult repeat = await again();

            // A repeat with a doubt shows nothing, so it is made once more.
            if (repeat.Doubt is not null) repeat = await again();
            if (repeat.Effect != PathEffect.Preserved) failed++;
        }

        result = result with { Attempts = (failed, Repeats + 1) };
        return failed > Repeats ? result
            : failed > 1 ? IntermittentFault.Mark(result)
            : result with
            {
                Effect = PathEffect.Preserved,
                Observed = $"lost once, preserved on {Repeats} of {Repeats} repeats",
                CutAfter = null,
                CutBetween = null,
                FaultyOnly = null,
                FailedOnce = result,
            };
    }
}
