namespace SideBySide.Timeline;

/// <summary>
/// Merges the events of the three sources into one order. Each source keeps its own: the calls that of the printed
/// list, the states that of the kernel's trace, the segments that of the capture. Calls and states share a clock.
/// Between them and the segments the time decides, unless <see cref="CausalOrder"/> contradicts it, because the two
/// clocks agree to within some microseconds only.
/// </summary>
public static class TimelineMerger
{
    /// <summary>Returns all events in order. Events with the same time are in the order of the parameters.</summary>
    /// <param name="calls">The consoles' calls and the states that they read, in the order of the list.</param>
    /// <param name="traced">The states of the kernel's trace, in any order.</param>
    /// <param name="captured">The segments, in any order.</param>
    public static IReadOnlyList<TimelineEvent> Merge(IEnumerable<TimelineEvent> calls,
        IEnumerable<TimelineEvent> traced, IEnumerable<SegmentEvent> captured)
    {
        IReadOnlyList<TimelineEvent> others = MergeTwo(calls, traced.OrderBy(m => m.At), (_, _) => false);
        SegmentEvent[] segments = [.. captured.OrderBy(m => m.At)];
        var causality = new CausalOrder(segments, others);
        return MergeTwo(
            others, segments, (entry, done) => causality.CausesOf(entry).Any(cause => !done.Contains(cause)));
    }

    // Takes the earlier of the two first events, or the other one while a cause of the earlier one is missing.
    private static List<TimelineEvent> MergeTwo(IEnumerable<TimelineEvent> first, IEnumerable<TimelineEvent> second,
        Func<TimelineEvent, HashSet<TimelineEvent>, bool> waits)
    {
        var merged = new List<TimelineEvent>();
        var done = new HashSet<TimelineEvent>(ReferenceEqualityComparer.Instance);
        Queue<TimelineEvent>[] lists = [new(first), new(second)];
        while (lists.Where(l => l.Count > 0).MinBy(l => (waits(l.Peek(), done), l.Peek().At)) is { } next)
        {
            merged.Add(next.Dequeue());
            done.Add(merged[^1]);
        }

        return merged;
    }
}
