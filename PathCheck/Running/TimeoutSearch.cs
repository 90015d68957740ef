using PathCheck.Checks;
using PathCheck.Classifying;

namespace PathCheck.Running;

/// <summary>
/// Searches for the time-out of a path that neither end observed: between the longest silence that was survived and the
/// shortest that was not, with several simultaneous connections in each round. The measured silence counts, because a
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

            // Success is certain. A failure is not: if a longer silence was survived, the data was late for another
            // reason.
            survived = found.Where(f => f.Effect == PathEffect.Preserved).Select(SilenceOf).Append(survived).Max();
            if (isFound && survived < cut) break;
            cut = found.Where(f => f.Effect != PathEffect.Preserved).Select(SilenceOf).Append(cut)
                .Where(c => c > survived).Append(longest).Min();
        }

        return (survived + cut) / 2;
    }

    private static TimeSpan SilenceOf(CheckResult result) => result.ActualHold ?? result.Hold!.Value;
}
