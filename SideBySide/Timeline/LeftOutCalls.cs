namespace SideBySide.Timeline;

/// <summary>
/// Marks the calls that a picture leaves out. Of many transfers in one direction a console reports the first, the
/// first after a FIN, and the last, with the number of all.
/// </summary>
internal static class LeftOutCalls
{
    /// <summary>
    /// Adds a call with the number of those left out, before the last transfer of its direction. A transfer that was
    /// reported twice, for itself and as the last one, appears once.
    /// </summary>
    /// <param name="events">The calls and states of both consoles, in order.</param>
    public static IReadOnlyList<TimelineEvent> Mark(IReadOnlyList<TimelineEvent> events)
    {
        var marked = new List<TimelineEvent>();
        foreach (TimelineEvent entry in events)
        {
            if (entry is not CallEvent { Calls: { } calls } last)
            {
                marked.Add(entry);
                continue;
            }

            CallEvent[] reported = [.. marked.OfType<CallEvent>()
                .Where(c => c.Side == last.Side && c.Phase == last.Phase)];
            CallEvent? twice = reported.LastOrDefault(c => c.At == last.At);
            long leftOut = calls - reported.Length - (twice is null ? 1 : 0);
            int place = twice is null ? marked.Count : marked.IndexOf(twice);
            if (leftOut > 0) marked.Insert(place, last with { Call = $"({leftOut} more)", Calls = null });
            if (twice is null) marked.Add(last);
        }

        return marked;
    }
}
