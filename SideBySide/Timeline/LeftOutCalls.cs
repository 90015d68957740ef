namespace SideBySide.Timeline;

/// <summary>
/// Marks the calls that a picture leaves out. A console reports only some of many transfers in one direction. The event
/// of the last one contains the number of all transfers.
/// </summary>
internal static class LeftOutCalls
{
    /// <summary>
    /// If calls of a direction were left out, adds an entry with their number between the last two transfers that were
    /// reported. Calls that send must precede their segments, so their entry is directly after the first of these two
    /// transfers. If the last transfer was reported twice, it appears once.
    /// </summary>
    /// <param name="all">The calls of both consoles, in order.</param>
    public static IReadOnlyList<CallEvent> Mark(IReadOnlyList<CallEvent> all)
    {
        var marked = new List<CallEvent>();
        foreach (CallEvent last in all)
        {
            if (last.Calls is not { } calls)
            {
                marked.Add(last);
                continue;
            }

            CallEvent[] reported = [.. marked.Where(c => c.Side == last.Side && c.Phase == last.Phase)];
            CallEvent? twice = reported.LastOrDefault(c => c.At == last.At);
            long leftOut = calls - reported.Length - (twice is null ? 1 : 0);
            CallEvent? before = reported.LastOrDefault(c => c != twice);
            if (leftOut > 0 && before is not null)
            {
                int end = twice is null ? marked.Count : marked.IndexOf(twice);
                marked.Insert(last.CausesSegments ? marked.IndexOf(before) + 1 : end,
                    last with
                    {
                        At = last.CausesSegments ? before.At + 1 : last.At - 1,
                        Call = $"({leftOut} more)",
                        LeftOut = leftOut,
                        Calls = null,
                        Details = null,
                    });
            }

            if (twice is null) marked.Add(last);
        }

        return marked;
    }
}
