using System.Net.NetworkInformation;
using System.Net.Sockets;
using TcpClose.Events;
using TcpClose.Kernel;

namespace TcpClose.Sockets;

/// <summary>
/// Ends a connection once. Several threads may try this; the first cause wins. The lock keeps other threads from
/// closing the descriptor in the middle of an abort. Nothing is logged while the lock is held.
/// </summary>
internal sealed class SocketCloser(Socket socket, ObservedConnection connection)
{
    private readonly Lock _gate = new();

    /// <summary>How the connection ended; null while it is open.</summary>
    public ConnectionEnd? End { get; private set; }

    /// <summary>
    /// Closes the descriptor. The kernel sends a FIN if none has been queued, or a RST if bytes are unread.
    /// </summary>
    /// <returns>When it was called, on <see cref="Clock"/>; null if the connection had ended before.</returns>
    public long? Close()
    {
        lock (_gate)
        {
            if (End is not null) return null;
            Release();
            End = new ConnectionEnd(ConnectionEndKind.Closed, default, null);
            return ReleasedAt;
        }
    }

    /// <summary>
    /// Closes with linger 0: the kernel discards pending data and sends a RST instead of a FIN (RFC 9293 3.10.5).
    /// </summary>
    public void Abort(string cause, bool finQueued)
    {
        lock (_gate)
        {
            if (End is not null) return;
            long calledAt = Clock.Now;
            if (SocketErrors.TakePending(socket) is { } pending)
            {
                // The connection had already ended, but no call had reported that.
                End = Failure(calledAt, "before we aborted", pending);
                Release();
                return;
            }

            // If both FINs have been exchanged, there is nothing left to reset. In CLOSING and LAST-ACK our FIN is not
            // acknowledged yet; after an ordinary close the kernel still repeats it.
            bool isOver = finQueued
                && SocketState.Read(socket) is TcpState.Closed or TcpState.Closing or TcpState.LastAck;
            if (!isOver) socket.LingerState = new LingerOption(true, 0);
            Release();
            ConnectionEndKind kind = isOver ? ConnectionEndKind.Closed : ConnectionEndKind.Aborted;
            End = new ConnectionEnd(kind, new CallSample(calledAt, connection), cause);
        }
    }

    /// <summary>Records that a call failed.</summary>
    /// <returns>How the connection ended. If it had ended before, this is the earlier end.</returns>
    public ConnectionEnd Fail(long calledAt, string how, Exception error)
    {
        lock (_gate)
        {
            // A socket that another thread has closed throws ObjectDisposedException or OperationCanceledException.
            SocketException failed = error as SocketException ?? new SocketException((int)SocketError.OperationAborted);
            return End ??= Failure(calledAt, how, failed);
        }
    }

    /// <summary>Ends the connection if it has an error that no call has reported yet.</summary>
    public bool FailIfPending(long calledAt, string how)
    {
        lock (_gate)
        {
            if (End is not null || SocketErrors.TakePending(socket) is not { } pending) return false;
            End = Failure(calledAt, how, pending);
            return true;
        }
    }

    /// <summary>When the descriptor was closed, on <see cref="Clock"/>; 0 until then.</summary>
    public long ReleasedAt { get; private set; }

    /// <summary>Closes the descriptor if it is open.</summary>
    public void Release()
    {
        if (ReleasedAt != 0) return;
        ReleasedAt = Clock.Now;
        socket.Dispose();
        connection.MarkClosed();
    }

    private ConnectionEnd Failure(long calledAt, string how, SocketException error)
    {
        var call = new CallSample(calledAt, connection);
        return SocketErrors.IsReset(error)
            ? new ConnectionEnd(ConnectionEndKind.Reset, call, how)
            : new ConnectionEnd(ConnectionEndKind.TimedOut, call, $"{how}, {error.SocketErrorCode}");
    }
}
