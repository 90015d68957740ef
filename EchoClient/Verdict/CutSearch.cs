namespace EchoClient.Verdict;

/// <summary>
/// Finds when a path cuts where neither end saw it happen: between the longest silence that was survived and the shortest that
/// was not, several connections side by side a round. What counts is how long each was silent indeed: a busy machine is late.
/// </summary>
internal static class CutSearch
{
    private const int Parts = 8, MostRounds = 7;

    public static async Task<TimeSpan> FindAsync(TimeSpan survived, TimeSpan cut, Func<TimeSpan, Task<Finding>> check)
    {
        TimeSpan longest = cut;
        for (int round = 0; round < MostRounds && survived < longest; round++)
        {
            bool isFound = cut - survived <= Precision.Of(cut);
            TimeSpan step = (cut - survived) / Parts;
            Finding[] found = await Task.WhenAll(isFound ? [check(cut)] : Enumerable.Range(1, Parts - 1).Select(i => check(survived + (step * i))));

            // What came through did so for certain. What did not, though a longer silence was survived, was late itself.
            survived = found.Where(f => f.Word == Word.Preserved).Select(Silence).Append(survived).Max();
            if (isFound && survived < cut) break;
            cut = found.Where(f => f.Word != Word.Preserved).Select(Silence).Append(cut).Where(c => c > survived).Append(longest).Min();
        }

        return (survived + cut) / 2;
    }

    private static TimeSpan Silence(Finding finding) => finding.Silence ?? finding.Hold!.Value;
}
