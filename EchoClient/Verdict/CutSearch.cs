namespace EchoClient.Verdict;

/// <summary>
/// Finds when a path cuts where neither end saw it happen: between the last hold that was survived and the first that was
/// not, several connections side by side a round, to within 10 % or 50 ms.
/// </summary>
internal static class CutSearch
{
    private const int Parts = 8, MostRounds = 5;
    private static readonly TimeSpan Fine = TimeSpan.FromMilliseconds(50);

    public static async Task<TimeSpan> FindAsync(TimeSpan survived, TimeSpan cut, Func<TimeSpan, Task<Finding>> check)
    {
        for (int round = 0; round < MostRounds && cut - survived > (cut / 10 > Fine ? cut / 10 : Fine); round++)
        {
            TimeSpan step = (cut - survived) / Parts;
            Finding[] found = await Task.WhenAll(Enumerable.Range(1, Parts - 1).Select(i => check(survived + (step * i))));
            int first = Array.FindIndex(found, f => f.Word != Word.Preserved);
            if (first >= 0) cut = found[first].Hold!.Value;
            if (first != 0) survived = found[first < 0 ? ^1 : first - 1].Hold!.Value;
        }

        return (survived + cut) / 2;
    }
}
