namespace EchoClient.Verdict;

/// <summary>
/// All checks of one direction together. A path has one time-out a direction: it is looked for where nobody saw it, and
/// looked at again, alone, where somebody did. A cut at once is none: the path takes a FIN for a full close.
/// </summary>
internal static class Settled
{
    private const int MostLooks = 3;

    public static async Task<IReadOnlyList<Finding>> OfAsync(IReadOnlyList<Finding> findings, First first, TimeSpan atOnce, Func<TimeSpan, Task<Finding>> check)
    {
        List<Finding> ours = [.. findings.Where(f => f.First == first)];
        List<Finding> cut = [.. ours.Where(f => f.Word == Word.Cut)];
        if (cut.Count == 0) return findings;
        TimeSpan? after = cut.Min(f => f.CutAfter), shortest = cut.Min(f => f.Hold);
        if (after is { } seen && seen > atOnce && shortest is { } again) after = await EarliestAsync(seen, () => check(again));
        else if (after is null && shortest is { } tooLong)
            after = await CutSearch.FindAsync(ours.Where(f => f.Word == Word.Preserved && f.Hold < tooLong).Max(f => f.Hold) ?? TimeSpan.Zero, tooLong, check);
        return [.. findings.Select(f => f.First != first ? f : Settle(f, after, atOnce))];
    }

    // A machine that is busy sees an end late and never early: the earliest counts, and one look more has to agree with it.
    private static async Task<TimeSpan> EarliestAsync(TimeSpan seen, Func<Task<Finding>> check)
    {
        for (int looks = 0; looks < MostLooks; looks++)
        {
            TimeSpan again = (await check()).CutAfter ?? TimeSpan.MaxValue, before = seen;
            if (again < seen) seen = again;
            if (again <= before + Precision.Of(before) && again >= before - Precision.Of(before)) break;
        }

        return seen;
    }

    private static Finding Settle(Finding finding, TimeSpan? after, TimeSpan atOnce) => finding switch
    {
        // What is sent at once races with the close: whether it passes, is lost silently, or by a reset, says nothing more.
        { Word: Word.Preserved, Hold: null or { Ticks: 0 } } when after <= atOnce => ByChance(finding) with { Word = Word.FullClose },
        { Word: Word.Cut } or { Word: Word.LostSilently or Word.FinBecameReset, Hold: null or { Ticks: 0 } } when after <= atOnce =>
            finding with { Word = Word.FullClose, CutAfter = null },
        { Word: Word.Cut } => finding with { CutAfter = after },
        // So does what is sent just when the time-out is over.
        { Word: Word.Preserved or Word.LostSilently or Word.FinBecameReset, Hold: { } hold } when (hold - after)?.Duration() <= hold / 20 =>
            ByChance(finding) with { Word = Word.Cut, CutAfter = after },
        _ => finding,
    };

    private static Finding ByChance(Finding finding) => finding.Word == Word.Preserved ? finding with { Seen = $"{finding.Seen}, by chance" } : finding;
}
