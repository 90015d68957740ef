namespace SideBySide.Captures;

/// <summary>What the numbers of a captured segment show, in comparison with those before it.</summary>
internal enum SegmentKind : byte
{
    /// <summary>It repeats nothing, and fills no gap.</summary>
    New,

    /// <summary>It repeats bytes, a SYN or a FIN that were captured before. It may also contain new bytes.</summary>
    Repeated,

    /// <summary>It fills a gap. It was sent before the segment that follows the gap, which overtook it.</summary>
    Overtaken,

    /// <summary>
    /// It fills a gap. It was sent after the segment that follows the gap: its first transmission was lost before it
    /// reached the capture point.
    /// </summary>
    SentAgain,

    /// <summary>It carries one old byte, or none, and only requests an ACK (RFC 9293 3.8.4).</summary>
    KeepAlive,

    /// <summary>
    /// It carries at most one byte, old or new, and requests an ACK while the peer's window is 0 (RFC 9293 3.8.6.1).
    /// </summary>
    WindowProbe,
}
