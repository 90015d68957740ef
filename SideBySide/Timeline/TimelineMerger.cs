namespace SideBySide.Timeline;

/// <summary>
/// Merges the events of the three sources into one order. Each source keeps its own: the calls that of the printed
/// list, the states that of their times, the segments that of the capture. Calls and states share a clock. Between them
/// and the segments the time decides, unless <see cref="CausalOrder"/> contradicts it, because the two clocks agree to
/// within some microseconds only.
/// </summary>
public static class TimelineMerger
{
    /// <summary>
    /// Returns all events in order. Of events with the same time a call is first, then a state, then a segment.
    /// </summary>
    /// <param name="calls">The consoles' calls, in the order of the list.</param>
    /// <param name="traced">The states of the kernel's trace, in any order.</param>
    /// <param name="read">
    /// The states that the consoles read, in any order. Such a state may follow its call much later, if the segment
    /// that caused it does, and holds up only the later states of its side.
    /// </param>
    /// <param name="captured">The segments, in any order.</param>
    public static IReadOnlyList<TimelineEvent> Merge(IReadOnlyList<CallEvent> calls,
        IReadOnlyList<StateEvent> traced, IReadOnlyList<StateEvent> read, IReadOnlyList<SegmentEvent> captured)
    {
        StateEvent[] states = [.. traced.Concat(read).OrderBy(s => s.At)];
        SegmentEvent[] segments = [.. captured.OrderBy(s => s.At)];
        var causality = new CausalOrder(calls, states, segments);
        List<TimelineEvent> oneClock = MergeSources([new(calls), new(traced.OrderBy(s => s.At))], (_, _) => false);
        return MergeSources(
            [
                new(oneClock),
                .. read.OrderBy(s => s.At).GroupBy(s => s.Side).Select(side => new Queue<TimelineEvent>(side)),
                new(segments),
            ],
            (entry, done) => causality.CausesOf(entry).Any(cause => !done.Contains(cause)));
    }

    // Takes the earliest of the first events, or, while a cause of it is missing, the earliest of the others.
    private static List<TimelineEvent> MergeSources(
        Queue<TimelineEvent>[] sources, Func<TimelineEvent, HashSet<TimelineEvent>, bool> waits)
    {
        var merged = new List<TimelineEvent>();
        var done = new HashSet<TimelineEvent>(ReferenceEqualityComparer.Instance);
        while (sources.Where(s => s.Count > 0).MinBy(s => (waits(s.Peek(), done), s.Peek().At)) is { } next)
        {
            merged.Add(next.Dequeue());
            done.Add(merged[^1]);
        }

        return merged;
    }
}
