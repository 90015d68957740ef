namespace SideBySide.Timeline;

/// <summary>
/// Merges the events of the three sources into one order. Calls and states share a clock and keep their order. The
/// capture has its own clock and keeps its order too. Between the two lists the time decides, unless
/// <see cref="CausalOrder"/> contradicts it, because the two clocks agree to within some microseconds only.
/// </summary>
public static class TimelineMerger
{
    /// <summary>
    /// Returns all events in order. The lists need not be sorted. Events with the same time keep their order.
    /// </summary>
    public static IReadOnlyList<TimelineEvent> Merge(IEnumerable<TimelineEvent> callsAndStates,
        IEnumerable<SegmentEvent> captured)
    {
        TimelineEvent[] others = [.. callsAndStates.OrderBy(m => m.At)];
        SegmentEvent[] segments = [.. captured.OrderBy(m => m.At)];
        var causality = new CausalOrder(segments, others);
        var merged = new List<TimelineEvent>(others.Length + segments.Length);
        var done = new HashSet<TimelineEvent>(ReferenceEqualityComparer.Instance);
        for (int o = 0, s = 0; o < others.Length || s < segments.Length;)
        {
            TimelineEvent? other = o < others.Length ? others[o] : null,
                segment = s < segments.Length ? segments[s] : null;
            bool takeSegment = other is null || segment is not null && SegmentIsNext(other, segment);
            TimelineEvent next = takeSegment ? segment! : other!;
            if (takeSegment) s++;
            else o++;
            done.Add(next);
            merged.Add(next);
        }

        return merged;

        bool SegmentIsNext(TimelineEvent other, TimelineEvent segment)
        {
            bool segmentWaits = Waits(segment), otherWaits = Waits(other);
            return segmentWaits == otherWaits ? segment.At < other.At : otherWaits;
        }

        bool Waits(TimelineEvent entry) => causality.CausesOf(entry).Any(cause => !done.Contains(cause));
    }
}
