namespace SideBySide.Timeline;

/// <summary>
/// Merges the calls, the states and the segments into one order. The clock of the segments differs by some microseconds
/// from the clock of the calls and the states, so <see cref="CausalOrder"/> has priority over the times.
/// </summary>
public static class TimelineMerger
{
    /// <summary>Returns all events in order. For equal times, a call is first, then a state, then a segment.</summary>
    /// <param name="calls">The consoles' calls, in the order of the list.</param>
    /// <param name="traced">The states of the kernel's trace, in any order.</param>
    /// <param name="read">
    /// The states that the consoles read, in any order. A state follows the segment that caused it, even if the
    /// recorded time of the segment is much later. While a state waits for its segment, only the later states of the
    /// same console wait, too.
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

    // Compares the first events of the sources. Takes the earliest one whose causes are all merged, otherwise the
    // earliest one.
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
