namespace TcpClose.Events;

/// <summary>
/// Receives what happens on a connection, in the order of the calls of each direction, an abnormal end last;
/// <see cref="CloseLog"/> is one that logs it. Each method is called on the thread that made the call, so it must
/// return quickly.
/// </summary>
/// <remarks>
/// <c>calledAt</c> is <see cref="Kernel.Clock.Now"/> before the call; the call has just returned when the method is
/// entered. A <see cref="CallSample"/> is used where the call returned earlier.
/// </remarks>
public interface IConnectionObserver
{
    /// <summary><c>Connect</c> is about to be called.</summary>
    void Connecting(ObservedConnection connection) { }

    /// <summary><c>Connect</c> returned: the client's handshake is complete.</summary>
    /// <param name="calledAt">When it was called.</param>
    /// <param name="returnedAt">When it returned: .NET prepares more code before it reports the first call.</param>
    void Connected(long calledAt, long returnedAt) { }

    /// <summary><c>Accept</c> returned a connection.</summary>
    void Accepted(ObservedConnection connection, long calledAt) { }

    /// <summary><c>Send</c> returned: the kernel has taken these bytes.</summary>
    void Sent(long calledAt, ReadOnlySpan<byte> bytes) { }

    /// <summary><c>Receive</c> returned these bytes.</summary>
    void Received(long calledAt, ReadOnlySpan<byte> bytes, bool afterOurFin) { }

    /// <summary><c>Shutdown(Send)</c> returned.</summary>
    void FinQueued(long calledAt) { }

    /// <summary><c>Receive</c> returned 0: the end of the stream.</summary>
    void FinRead(long calledAt) { }

    /// <summary>The peer reset the connection.</summary>
    /// <param name="sample">The call that met the RST.</param>
    /// <param name="how">How the call reported it: <c>Receive failed</c>.</param>
    void ResetReceived(in CallSample sample, string how) { }

    /// <summary>We aborted the connection: linger 0, then <c>Close</c>.</summary>
    void Aborted(in CallSample sample, string cause) { }

    /// <summary>The kernel gave the connection up and reported that in a failed call (RFC 9293 3.10.8).</summary>
    void ConnectionTimedOut(in CallSample sample, string cause) { }

    /// <summary>The descriptor was closed.</summary>
    void SocketClosed(long calledAt) { }
}
