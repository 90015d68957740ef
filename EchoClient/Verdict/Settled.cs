namespace EchoClient.Verdict;

/// <summary>
/// All checks of one direction together: when it was cut is looked for where nobody saw it, and a cut at once is no
/// time-out: the path takes a FIN for a full close.
/// </summary>
internal static class Settled
{
    public static async Task<IReadOnlyList<Finding>> OfAsync(IReadOnlyList<Finding> findings, First first, TimeSpan atOnce, Func<TimeSpan, Task<Finding>> check)
    {
        List<Finding> ours = [.. findings.Where(f => f.First == first)];
        List<Finding> cut = [.. ours.Where(f => f.Word == Word.Cut)];
        if (cut.Count == 0) return findings;
        TimeSpan? seen = cut.Min(f => f.CutAfter), found = null;
        if (seen is null && cut.Min(f => f.Hold) is { } shortest)
        {
            TimeSpan survived = ours.Where(f => f.Word == Word.Preserved && f.Hold < shortest).Max(f => f.Hold) ?? TimeSpan.Zero;
            found = await CutSearch.FindAsync(survived, shortest, check);
        }

        return [.. findings.Select(f => f.First != first ? f : Settle(f, seen ?? found, atOnce))];
    }

    private static Finding Settle(Finding finding, TimeSpan? after, TimeSpan atOnce) => finding switch
    {
        // What is sent at once races with the close: whether its loss is silent or a reset says nothing more.
        { Word: Word.Cut } or { Word: Word.LostSilently or Word.FinBecameReset, Hold: null or { Ticks: 0 } } when after <= atOnce =>
            finding with { Word = Word.FullClose, CutAfter = null },
        { Word: Word.Cut } => finding with { CutAfter = finding.CutAfter ?? after },
        _ => finding,
    };
}
