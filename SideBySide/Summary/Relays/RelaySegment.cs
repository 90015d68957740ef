using SideBySide.Drawing;
using SideBySide.Timeline;

namespace SideBySide.Summary.Relays;

/// <summary>A segment of one of a relay's two connections, with its number in the picture.</summary>
internal sealed record RelaySegment(int Number, LegEnd Sender, SegmentEvent Event)
{
    /// <summary>Whether it has a FIN.</summary>
    public bool IsFin => Event.Has("FIN");

    /// <summary>Whether it is a RST.</summary>
    public bool IsReset => Event.Has("RST");

    /// <summary>
    /// Whether it is a RST with which a kernel answered a segment other than a SYN, because the segment's socket was
    /// not open any more. Such a RST has no ACK flag (RFC 9293 3.10.7.1); a program's abort has one.
    /// </summary>
    public bool IsAnsweringReset => IsReset && !Event.Has("ACK");

    /// <summary>The segments of a picture in order, without repetitions.</summary>
    public static IReadOnlyList<RelaySegment> Of(Diagram diagram) =>
    [
        .. diagram.Rows.Where(r => r.Row.Segment is { Segment.IsRetransmission: false })
            .Select(r => new RelaySegment(r.Row.Number, r.Sender!.Value, r.Row.Segment!)),
    ];
}
