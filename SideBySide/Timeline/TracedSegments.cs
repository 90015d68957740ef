using SideBySide.Tracing;
using TcpClose.Events;

namespace SideBySide.Timeline;

/// <summary>Adds to captured segments what the kernel's trace reports of them.</summary>
internal static class TracedSegments
{
    private static readonly Side[] Sides = [Side.Client, Side.Server];

    /// <summary>
    /// Returns the segments, in the same order. An event of the trace has no sequence number, so each sender's events
    /// of one kind are matched with its segments of that kind, in order. If there are more or fewer events than such
    /// segments, nothing is added to these segments.
    /// </summary>
    /// <param name="segments">The segments of one connection.</param>
    /// <param name="traced">The trace, which may contain other connections.</param>
    public static IReadOnlyList<SegmentEvent> Add(IReadOnlyList<SegmentEvent> segments,
        IReadOnlyList<KernelSegment> traced)
    {
        SegmentEvent[] all = [.. segments];
        foreach (Side side in Sides)
        {
            Match(side, KernelSegmentEvent.ResetSent, s => s.Has("RST"),
                (s, t) => s with { ResetReason = t.Reason });
            Match(side, KernelSegmentEvent.ResetReceived, s => s.Has("RST") && !s.IsLost,
                (s, _) => s with { IsReceived = true });

            // The kernel reports a SYN ACK that is sent again with a different trace event.
            Match(side, KernelSegmentEvent.Retransmitted,
                s => s.Segment.IsRetransmission && s.Segment.Flags != "SYN ACK",
                (s, _) => s with { IsTracedRetransmission = true });
        }

        return all;

        void Match(Side side, KernelSegmentEvent kind, Func<SegmentEvent, bool> isWanted,
            Func<SegmentEvent, KernelSegment, SegmentEvent> add)
        {
            int[] places = [.. Enumerable.Range(0, all.Length).Where(i => all[i].Side == side && isWanted(all[i]))];
            if (places.Length == 0) return;
            Segment first = all[places[0]].Segment;
            KernelSegment[] events = [.. traced.Where(t => t.Event == kind && t.FromPort == first.FromPort
                && t.ToPort == first.ToPort)];
            if (events.Length != places.Length) return;
            foreach ((int place, KernelSegment traced) in places.Zip(events)) all[place] = add(all[place], traced);
        }
    }
}
