namespace SideBySide.Timeline;

/// <summary>
/// Marks the calls that a picture leaves out. If there are many transfers in one direction, a console reports the
/// first, the first after a FIN, and the last, which contains the number of all.
/// </summary>
internal static class LeftOutCalls
{
    /// <summary>
    /// Adds a call with the number of those left out, after the last transfer of its direction that was reported for
    /// itself. A transfer that was reported twice, for itself and as the last one, appears once.
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
                marked.Insert(marked.IndexOf(before) + 1,
                    last with
                    {
                        At = before.At + 1,
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
