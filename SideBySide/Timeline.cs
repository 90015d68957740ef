namespace SideBySide;

/// <summary>
/// Brings what the three witnesses saw into one order. Calls and states have the same clock, and so their order stands; the
/// capture has its own, and its order stands too. Between the two, time decides, but never against
/// <see cref="Causality"/>: the two clocks are brought together to within some microseconds only.
/// </summary>
public static class Timeline
{
    /// <summary>All moments in order. Neither list need be sorted; of equal times, the order given stands.</summary>
    public static IReadOnlyList<Moment> Merge(IEnumerable<Moment> callsAndStates, IEnumerable<SegmentMoment> captured)
    {
        Moment[] others = [.. callsAndStates.OrderBy(m => m.At)];
        SegmentMoment[] segments = [.. captured.OrderBy(m => m.At)];
        var causality = new Causality(segments, others);
        var merged = new List<Moment>(others.Length + segments.Length);
        var done = new HashSet<Moment>(ReferenceEqualityComparer.Instance);
        for (int o = 0, s = 0; o < others.Length || s < segments.Length;)
        {
            Moment? other = o < others.Length ? others[o] : null, segment = s < segments.Length ? segments[s] : null;
            bool takeSegment = other is null || segment is not null && SegmentIsNext(other, segment);
            Moment next = takeSegment ? segment! : other!;
            if (takeSegment) s++;
            else o++;
            done.Add(next);
            merged.Add(next);
        }

        return merged;

        bool SegmentIsNext(Moment other, Moment segment)
        {
            bool segmentWaits = Waits(segment), otherWaits = Waits(other);
            return segmentWaits == otherWaits ? segment.At < other.At : otherWaits;
        }

        bool Waits(Moment moment) => causality.CausesOf(moment).Any(cause => !done.Contains(cause));
    }
}
