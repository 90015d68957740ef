using TcpClose.Events;

namespace SideBySide.Captures;

/// <summary>A TCP segment of a capture, and how it compares with the other segments.</summary>
internal sealed class CapturedSegment
{
    /// <summary>The number of its frame in the capture, from 1.</summary>
    public required int Frame { get; init; }

    /// <summary>When it was captured, in nanoseconds since 1970.</summary>
    public required long At { get; init; }

    /// <summary>The end that sent it.</summary>
    public required Side Side { get; init; }

    /// <summary>Its control bits.</summary>
    public required TcpFlags Flags { get; init; }

    /// <summary>Bytes of payload.</summary>
    public required int Length { get; init; }

    /// <summary>The sequence number, relative to the first one of its direction.</summary>
    public required long Sequence { get; init; }

    /// <summary>
    /// The acknowledgement number, relative to the peer's first sequence number; 0 without the ACK flag.
    /// </summary>
    public required long Acknowledgement { get; init; }

    /// <summary>The sequence number on the wire.</summary>
    public uint RawSequence { get; init; }

    /// <summary>The acknowledgement number on the wire.</summary>
    public uint RawAcknowledgement { get; init; }

    /// <summary>The window field, not scaled.</summary>
    public required int Window { get; init; }

    /// <summary>The IPv4 identification; 0 if there is none.</summary>
    public required ushort IpId { get; init; }

    /// <summary>The time to live, or IPv6's hop limit.</summary>
    public required byte Ttl { get; init; }

    /// <summary>Which way it went at the capturing host.</summary>
    public PacketWay Way { get; init; }

    /// <summary>Whether the capturing host forwarded it: then it was captured twice.</summary>
    public bool IsForwarded { get; set; }

    /// <summary>How many of its bytes no earlier segment contains.</summary>
    public int NewBytes { get; set; }

    /// <summary>For a RST, what was known of its sender when the RST was captured; otherwise null.</summary>
    public DirectionAtReset? AtReset { get; set; }

    /// <summary>What its numbers show, compared with earlier segments.</summary>
    public SegmentKind Kind { get; set; }

    /// <summary>The segments just before this one that were not kept; null if there are none.</summary>
    public SkippedSegments? Skipped { get; set; }

    /// <summary>The number that acknowledges all of it.</summary>
    public long End => Sequence + Length + (Has(TcpFlags.Syn) ? 1 : 0) + (Has(TcpFlags.Fin) ? 1 : 0);

    /// <summary>Whether it has one of these flags.</summary>
    public bool Has(TcpFlags flags) => (Flags & flags) != 0;

    /// <summary>Whether it is an ACK and nothing else.</summary>
    public bool IsPureAck => Length == 0 && (Flags & (TcpFlags.Syn | TcpFlags.Fin | TcpFlags.Rst)) == 0;

    /// <summary>Whether it acknowledges everything up to a number.</summary>
    public bool Acknowledges(long end) => Has(TcpFlags.Ack) && Acknowledgement >= end;
}

/// <summary>Segments of a capture that are counted, but not kept.</summary>
/// <param name="Count">How many.</param>
/// <param name="ClientBytes">The client's new bytes in them.</param>
/// <param name="ServerBytes">The server's new bytes in them.</param>
internal sealed record SkippedSegments(int Count, long ClientBytes, long ServerBytes)
{
    /// <summary>How many segments contain new bytes of the client.</summary>
    public int ClientData { get; private init; }

    /// <summary>How many segments contain new bytes of the server.</summary>
    public int ServerData { get; private init; }

    /// <summary>The counts with one more segment.</summary>
    public SkippedSegments With(CapturedSegment segment) => new(
        Count + 1,
        ClientBytes + (segment.Side == Side.Client ? segment.NewBytes : 0),
        ServerBytes + (segment.Side == Side.Server ? segment.NewBytes : 0))
    {
        ClientData = ClientData + (segment is { Side: Side.Client, NewBytes: > 0 } ? 1 : 0),
        ServerData = ServerData + (segment is { Side: Side.Server, NewBytes: > 0 } ? 1 : 0),
    };
}
