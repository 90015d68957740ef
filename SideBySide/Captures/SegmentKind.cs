namespace SideBySide.Captures;

/// <summary>What a segment's numbers show, compared with earlier segments.</summary>
internal enum SegmentKind : byte
{
    /// <summary>It repeats nothing, and fills no gap.</summary>
    New,

    /// <summary>It repeats captured bytes, a SYN or a FIN. It may also contain new bytes.</summary>
    Repeated,

    /// <summary>It fills a gap, because a later segment overtook it.</summary>
    Overtaken,

    /// <summary>It fills a gap, because its first transmission was lost before the capture point.</summary>
    SentAgain,

    /// <summary>It only requests an ACK (RFC 9293 3.8.4).</summary>
    KeepAlive,

    /// <summary>It requests an ACK while the peer's window is 0 (RFC 9293 3.8.6.1).</summary>
    WindowProbe,
}
