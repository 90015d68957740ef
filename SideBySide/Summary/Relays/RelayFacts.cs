using SideBySide.Drawing;
using SideBySide.Timeline;
using TcpClose.Events;

namespace SideBySide.Summary.Relays;

/// <summary>What the segments show of a relay. What no segment shows is null.</summary>
internal sealed class RelayFacts(Diagram diagram)
{
    /// <summary>The client's end, and the server's.</summary>
    public static readonly LegEnd Client = new(Leg.ClientToRelay, Side.Client),
        Server = new(Leg.RelayToServer, Side.Server);

    /// <summary>The segments of both connections in order.</summary>
    public IReadOnlyList<RelaySegment> Segments { get; } = RelaySegment.Of(diagram);

    /// <summary>The other program's end: the server's or the client's.</summary>
    public static LegEnd Opposite(LegEnd end) => end == Client ? Server : Client;

    /// <summary>The relay's socket that is connected to the client's or the server's end.</summary>
    public static LegEnd Facing(LegEnd end) => end.Peer;

    /// <summary>The first FIN of an end.</summary>
    public RelaySegment? Fin(LegEnd end) => Segments.FirstOrDefault(s => s.Sender == end && s.IsFin);

    /// <summary>The first RST of an end.</summary>
    public RelaySegment? Reset(LegEnd end) => Segments.FirstOrDefault(s => s.Sender == end && s.IsReset);

    /// <summary>The first FIN or RST of an end.</summary>
    public RelaySegment? End(LegEnd end) => Segments.FirstOrDefault(s => s.Sender == end && (s.IsFin || s.IsReset));

    /// <summary>The number of bytes that an end has sent, each byte once.</summary>
    public long Bytes(LegEnd end) => Segments.Where(s => s.Sender == end).Sum(s => (long)s.Event.Segment.Length);

    /// <summary>The last segment that an end sent before the given segment.</summary>
    public RelaySegment? LastBefore(LegEnd end, RelaySegment segment) =>
        Segments.LastOrDefault(s => s.Sender == end && s.Number < segment.Number);

    /// <summary>
    /// Whether the relay preserved the close: it passed on both FINs and the same number of bytes, and there is no RST.
    /// </summary>
    public bool IsPreserved => Segments.All(s => !s.IsReset)
        && ((LegEnd[])[Client, Server]).All(end =>
            Fin(end) is { } fin && Fin(Facing(Opposite(end))) is { } passed && passed.Number > fin.Number
            && Bytes(end) == Bytes(Facing(Opposite(end))));
}
