namespace EchoClient.Verdict;

/// <summary>
/// Finds when a path cuts where neither end saw it happen: between the longest silence that was survived and the shortest that
/// was not, several connections side by side a round. What counts is how long each was silent indeed: a busy machine is late.
/// </summary>
internal static class CutSearch
{
    private const int Parts = 8, MostRounds = 5;

    public static async Task<TimeSpan> FindAsync(TimeSpan survived, TimeSpan cut, Func<TimeSpan, Task<Finding>> check)
    {
        for (int round = 0; round < MostRounds && cut - survived > Precision.Of(cut); round++)
        {
            TimeSpan step = (cut - survived) / Parts;
            Finding[] found = await Task.WhenAll(Enumerable.Range(1, Parts - 1).Select(i => check(survived + (step * i))));
            foreach (Finding f in found)
            {
                TimeSpan silence = f.Silence ?? f.Hold!.Value;
                if (f.Word == Word.Preserved && silence > survived) survived = silence;
                if (f.Word != Word.Preserved && silence < cut) cut = silence;
            }
        }

        return (survived + cut) / 2;
    }
}
