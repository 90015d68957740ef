using PathCheck.Checks;
using PathCheck.Classifying;

namespace PathCheck.Running;

/// <summary>
/// Finds when a path cuts if neither end observed it: between the longest silence that was survived and the shortest
/// that was not, with several connections side by side in each round. What counts is how long each really was silent: a
/// busy machine is late.
/// </summary>
internal static class TimeoutSearch
{
    private const int Parts = 8, MaxRounds = 7;

    public static async Task<TimeSpan> FindAsync(
        TimeSpan survived, TimeSpan cut, Func<TimeSpan, Task<CheckResult>> check)
    {
        TimeSpan longest = cut;
        for (int round = 0; round < MaxRounds && survived < longest; round++)
        {
            bool isFound = cut - survived <= TimingTolerance.Of(cut);
            TimeSpan step = (cut - survived) / Parts;
            CheckResult[] found = await Task.WhenAll(
                isFound ? [check(cut)] : Enumerable.Range(1, Parts - 1).Select(i => check(survived + (step * i))));

            // What came through did so for certain. What did not, though a longer silence was survived, was late
            // itself.
            survived = found.Where(f => f.Effect == PathEffect.Preserved).Select(SilenceOf).Append(survived).Max();
            if (isFound && survived < cut) break;
            cut = found.Where(f => f.Effect != PathEffect.Preserved).Select(SilenceOf).Append(cut)
                .Where(c => c > survived).Append(longest).Min();
        }

        return (survived + cut) / 2;
    }

    private static TimeSpan SilenceOf(CheckResult result) => result.ActualHold ?? result.Hold!.Value;
}
