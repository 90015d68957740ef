using PathCheck.Checks;
using PathCheck.Classifying;

namespace PathCheck.Running;

/// <summary>
/// Searches for the time-out between the longest silence that a connection survived and the shortest that was cut. Each
/// round opens several connections simultaneously, until the two silences are close to each other. Then one connection
/// must confirm the cut. The measured silences count, not the requested ones, because a busy machine prolongs a
/// silence.
/// </summary>
internal static class TimeoutSearch
{
    private const int Parts = 8, MaxRounds = 7;

    /// <summary>Returns the longest silence that a connection survived, and the shortest that was cut.</summary>
    public static async Task<(TimeSpan Survived, TimeSpan Cut)> FindAsync(
        TimeSpan survived, TimeSpan cut, Func<TimeSpan, Task<CheckResult>> check)
    {
        TimeSpan longest = cut;
        for (int round = 0; round < MaxRounds && survived < longest; round++)
        {
            bool isFound = cut - survived <= TimingTolerance.Of(cut);
            TimeSpan step = (cut - survived) / Parts;
            CheckResult[] found = await Task.WhenAll(
                isFound ? [check(cut)] : Enumerable.Range(1, Parts - 1).Select(i => check(survived + (step * i))));

            // A failure had another cause if a connection survived a longer silence.
            survived = found.Where(f => f.Effect == PathEffect.Preserved).Select(SilenceOf).Append(survived).Max();
            if (isFound && survived < cut) break;
            cut = found.Where(f => f.Effect != PathEffect.Preserved).Select(SilenceOf).Append(cut)
                .Where(c => c > survived).Append(longest).Min();
        }

        // Measured silences are longer than requested, so the two results may be in the wrong order.
        return survived <= cut ? (survived, cut) : (cut, survived);
    }

    private static TimeSpan SilenceOf(CheckResult result) => result.ActualHold ?? result.Hold!.Value;
}
