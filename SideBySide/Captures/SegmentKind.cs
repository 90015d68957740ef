namespace SideBySide.Captures;

/// <summary>What the numbers of a captured segment show, in comparison with those before it.</summary>
internal enum SegmentKind : byte
{
    /// <summary>It is the next one, or repeats nothing.</summary>
    New,

    /// <summary>All its bytes, its SYN or its FIN were captured before, so it was sent again.</summary>
    Repeated,

    /// <summary>It fills a gap and was sent before the segment that the gap precedes, which overtook it.</summary>
    Overtaken,

    /// <summary>It fills a gap and was sent later: the first transmission was lost before the capture.</summary>
    SentAgain,

    /// <summary>An old byte, or none, that only asks for an ACK (RFC 9293 3.8.4).</summary>
    KeepAlive,

    /// <summary>The same, while the peer's window is 0 (RFC 9293 3.8.6.1).</summary>
    WindowProbe,
}
