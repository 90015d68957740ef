namespace TcpClose.Events;

/// <summary>
/// The phase of a connection at one moment, as this process observes it. No member describes the other process. A FIN
/// that is queued may not have been sent yet: the kernel sends it after the last byte, when it can (RFC 9293 3.6,
/// 3.10.4). A connection is half-closed while exactly one of <see cref="FinQueued"/> and <see cref="FinRead"/> has
/// happened.
/// </summary>
public enum ClosePhase
{
    /// <summary><c>Listen</c> returned: the kernel answers SYNs from now on, before any <c>Accept</c>.</summary>
    Listening,

    /// <summary><c>Connect</c> is about to be called: the kernel will send a SYN.</summary>
    Connecting,

    /// <summary><c>Connect</c> returned: the SYN ACK arrived, and our ACK, the third segment, is on its way.</summary>
    Connected,

    /// <summary><c>Accept</c> returned a connection whose handshake the kernel had completed on its own.</summary>
    Accepted,

    /// <summary><c>Send</c> returned: the kernel has the bytes. The peer may not have them yet.</summary>
    Sent,

    /// <summary><c>Receive</c> returned bytes.</summary>
    Received,

    /// <summary><c>Shutdown(Send)</c> returned: "I have sent everything". The FIN follows the last byte.</summary>
    FinQueued,

    /// <summary><c>Receive</c> returned 0, the end of stream: everything up to the peer's FIN has been read.</summary>
    FinRead,

    /// <summary>
    /// The peer's RST was found: a call failed because of it, or it was the socket's pending error. Pending bytes may
    /// be lost.
    /// </summary>
    ResetReceived,

    /// <summary>
    /// We closed with linger 0, which sends a RST instead of a FIN (RFC 9293 3.10.5). Or the kernel gave up on the
    /// connection, because the peer no longer answered (3.10.8).
    /// </summary>
    Aborted,

    /// <summary>The socket and its descriptor were closed. The kernel may still hold the connection.</summary>
    SocketClosed,

    /// <summary>The kernel was queried and holds the connection in TIME-WAIT (RFC 9293 MUST-13).</summary>
    TimeWait,

    /// <summary>The kernel was queried again and has released the connection.</summary>
    Gone,
}
