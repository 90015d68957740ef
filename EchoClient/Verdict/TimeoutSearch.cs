namespace EchoClient.Verdict;

/// <summary>
/// Finds when a path cuts where neither end saw it happen: between the longest silence that was survived and the shortest that
/// was not, several connections side by side a round. What counts is how long each was silent indeed: a busy machine is late.
/// </summary>
internal static class TimeoutSearch
{
    private const int Parts = 8, MaxRounds = 7;

    public static async Task<TimeSpan> FindAsync(TimeSpan survived, TimeSpan cut, Func<TimeSpan, Task<CheckResult>> check)
    {
        TimeSpan longest = cut;
        for (int round = 0; round < MaxRounds && survived < longest; round++)
        {
            bool isFound = cut - survived <= TimingTolerance.Of(cut);
            TimeSpan step = (cut - survived) / Parts;
            CheckResult[] found = await Task.WhenAll(isFound ? [check(cut)] : Enumerable.Range(1, Parts - 1).Select(i => check(survived + (step * i))));

            // What came through did so for certain. What did not, though a longer silence was survived, was late itself.
            survived = found.Where(f => f.Effect == PathEffect.Preserved).Select(Silence).Append(survived).Max();
            if (isFound && survived < cut) break;
            cut = found.Where(f => f.Effect != PathEffect.Preserved).Select(Silence).Append(cut).Where(c => c > survived).Append(longest).Min();
        }

        return (survived + cut) / 2;
    }

    private static TimeSpan Silence(CheckResult finding) => finding.ActualHold ?? finding.Hold!.Value;
}
