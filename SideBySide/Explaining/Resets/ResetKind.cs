namespace SideBySide.Explaining.Resets;

/// <summary>Why an end sent a RST.</summary>
internal enum ResetKind
{
    /// <summary>Nothing listens on the port: the kernel answers a SYN.</summary>
    Refused,

    /// <summary>The program closed its socket before it had read everything.</summary>
    UnreadData,

    /// <summary>
    /// The program aborted the connection: with linger 0, or, in .NET, with Dispose and a pending receive.
    /// </summary>
    Linger0,

    /// <summary>Either the socket was closed with unread data, or the program aborted the connection.</summary>
    UnreadDataOrLinger0,

    /// <summary>The kernel gave up: keep-alive probes or repetitions were not answered.</summary>
    GaveUp,

    /// <summary>Data arrived after the program had closed its socket in both directions.</summary>
    DataAfterClose,

    /// <summary>A segment arrived for a connection that the kernel does not hold any more.</summary>
    NoConnection,

    /// <summary>The client answers a SYN ACK with a RST.</summary>
    OpeningAborted,

    /// <summary>The same end had already ended the connection with a RST.</summary>
    AfterReset,

    /// <summary>Both FINs had been acknowledged already.</summary>
    AfterClose,

    /// <summary>The capture shows that the end did not send the RST.</summary>
    Forged,

    /// <summary>The RST answers no segment, and the peer cannot accept its sequence number.</summary>
    OutOfWindow,
}
