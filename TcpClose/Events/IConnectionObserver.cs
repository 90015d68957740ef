namespace TcpClose.Events;

/// <summary>
/// Receives the events of a connection, for each direction in the order of its calls. An abnormal end comes last.
/// <see cref="CloseLog"/> logs them. The connection waits while a method runs, so each method must return quickly.
/// </summary>
/// <remarks>
/// <c>calledAt</c> is <see cref="Kernel.Clock.Now"/> before the call. The call has just returned, unless the method has
/// the parameter <c>returnedAt</c> or a <see cref="CallSample"/>.
/// </remarks>
public interface IConnectionObserver
{
    /// <summary><c>Connect</c> is about to be called.</summary>
    void Connecting(ObservedConnection connection) { }

    /// <summary><c>Connect</c> returned: the client's handshake is complete.</summary>
    /// <param name="calledAt">When it was called.</param>
    /// <param name="returnedAt">
    /// When it returned. The first report comes late, because .NET must first compile code.
    /// </param>
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
    /// <param name="sample">The call that found the RST.</param>
    /// <param name="how">How the RST was found: such as <c>Receive failed</c> or <c>before Close</c>.</param>
    void ResetReceived(in CallSample sample, string how) { }

    /// <summary>We aborted the connection: linger 0, then <c>Close</c>.</summary>
    void Aborted(in CallSample sample, string cause) { }

    /// <summary>The kernel gave up on the connection after a time-out (RFC 9293 3.10.8).</summary>
    void ConnectionTimedOut(in CallSample sample, string cause) { }

    /// <summary>The descriptor was closed.</summary>
    void SocketClosed(long calledAt) { }
}
