using PathCheck.Checks;
using PathCheck.Classifying;

namespace PathCheck.Running;

/// <summary>
/// Repeats a check that was reset or cut although no silence was: if it comes through each time, the path has broken
/// connections only for a moment, for instance because it was restarted or a rule was loaded.
/// </summary>
internal static class MomentaryBreak
{
    /// <summary>The number of repeats that must all be preserved.</summary>
    public const int Repeats = 3;

    private static readonly PathEffect[] Visible =
        [PathEffect.Cut, PathEffect.CutDespiteData, PathEffect.FinBecameReset, PathEffect.FullClose];

    /// <summary>Returns the results, of which some are acquitted.</summary>
    public static async Task<IReadOnlyList<CheckResult>> AcquitAsync(
        IReadOnlyList<CheckResult> results, Func<CheckResult, Task<CheckResult>> again)
    {
        var settled = new List<CheckResult>();
        foreach (CheckResult result in results)
        {
            bool isContradicted = result.Hold is null && !result.IsAdvisory && Visible.Contains(result.Effect)
                && results.Where(r => r.Check.HasHold).All(r => r.Effect == PathEffect.Preserved);
            settled.Add(isContradicted ? await RepeatAsync(result, () => again(result)) : result);
        }

        return settled;
    }

    /// <summary>
    /// Repeats a check up to <see cref="Repeats"/> times: preserved if each repeat is, otherwise the result of before.
    /// </summary>
    public static async Task<CheckResult> RepeatAsync(CheckResult result, Func<Task<CheckResult>> again)
    {
        for (int i = 0; i < Repeats; i++)
            if ((await again()).Effect != PathEffect.Preserved) return result;

        return result with
        {
            Effect = PathEffect.Preserved,
            Evidence = $"lost once, preserved on {Repeats} of {Repeats} repeats",
            CutAfter = null,
            CutBetween = null,
            FaultyOnly = null,
        };
    }
}
