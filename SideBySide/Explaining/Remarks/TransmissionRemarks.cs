using SideBySide.Captures;
using TcpClose.Events;

namespace SideBySide.Explaining.Remarks;

/// <summary>Finds probes, and segments that were lost, sent again or out of order.</summary>
internal static class TransmissionRemarks
{
    /// <summary>The remarks.</summary>
    public static IEnumerable<Remark> Find(ConnectionFacts facts)
    {
        foreach ((SegmentKind kind, string name, string sentence) in ((SegmentKind, string, string)[])
        [
            (SegmentKind.SentAgain, "lost-and-sent-again", "was lost before it reached the capture point, and sent "
                + "again"),
            (SegmentKind.Repeated, "sent-again", "was sent again: it, or its ACK, was lost or dropped after the "
                + "capture point, or was late"),
            (SegmentKind.Overtaken, "out-of-order", "arrived out of order"),
            (SegmentKind.KeepAlive, "keep-alive", "is a keep-alive probe"),
            (SegmentKind.WindowProbe, "zero-window-probe", "is a probe of a closed window: the receiver's program does "
                + "not read"),
        ])
        {
            CapturedSegment[] found = [.. facts.Segments.Where(s => s.Kind == kind && !(s.Has(TcpFlags.Fin)
                && kind == SegmentKind.Repeated))];
            if (found.Length > 0)
            {
                int count = Math.Max(facts.Connection.Count(kind), found.Length);
                yield return new Remark(name, Remark.FramesOf(found), (count == 1 ? $"A segment {sentence}."
                    : $"Each of {count} segments {sentence}.")
                    + (kind == SegmentKind.WindowProbe ? ClosedWindow.Describe(facts, found[0].Side.Peer()) : ""))
                {
                    Count = count,
                };
            }
        }
    }
}
