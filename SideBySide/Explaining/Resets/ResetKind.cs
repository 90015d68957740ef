namespace SideBySide.Explaining.Resets;

/// <summary>Why an end sent a RST.</summary>
internal enum ResetKind
{
    /// <summary>Nothing listens on the port: the kernel answers a SYN.</summary>
    Refused,

    /// <summary>The program closed its socket, although it had not read everything that arrived.</summary>
    UnreadData,

    /// <summary>The program aborted the connection with linger 0.</summary>
    Linger0,

    /// <summary>
    /// One of the two: the socket was closed with unread data (by the program, or because the program was killed), or
    /// the program aborted the connection.
    /// </summary>
    UnreadDataOrLinger0,

    /// <summary>The kernel of the end gave up: keep-alive probes or repetitions were not answered.</summary>
    GaveUp,

    /// <summary>Data arrived after the program had closed its socket in both directions.</summary>
    DataAfterClose,

    /// <summary>A segment arrived for a connection that the kernel does not hold any more.</summary>
    NoConnection,

    /// <summary>The client answers a SYN ACK with a RST, so that the opening is never completed.</summary>
    OpeningAborted,

    /// <summary>The same end had already ended the connection with an earlier RST.</summary>
    AfterReset,

    /// <summary>Both FINs had been acknowledged: the connection had ended already.</summary>
    AfterClose,

    /// <summary>
    /// The capture shows that the end did not send the RST, because the end later sends a segment that no end sends
    /// after its own RST, or because the host of the capture sent the RST.
    /// </summary>
    Forged,

    /// <summary>
    /// The RST's sequence number is below the lowest that the peer accepts, or beyond everything that was sent, and the
    /// RST answers no segment.
    /// </summary>
    OutOfWindow,
}
