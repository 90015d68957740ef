using System.Net.Sockets;
using TcpClose.Events;
using TcpClose.Kernel;
using TcpClose.Sockets;

namespace EchoServer.Hosting;

/// <summary>
/// How a connection ends when it does not end by its own close: by the client's RST, by the kernel's giving up, or by our
/// abort. Several threads may want it; the first cause wins, and is the only one that is logged. Whoever comes second goes on
/// when an abort is over: the socket is never disposed of in the middle of one.
/// </summary>
internal sealed class ConnectionEnd(Socket socket, CloseLog log, CallUnderWay call)
{
    private readonly object _gate = new();
    private TimeSpan _allowedSilence;
    private long _acknowledged;
    private bool _isClaimed;
    private ConnectionRecord? _recollection;

    /// <summary>The connection carries an id: its end is to be remembered.</summary>
    public void Remember(ConnectionRecord recollection) => _recollection = recollection;

    /// <summary>So much longer than the idle time-out the client may be silent: it has announced that.</summary>
    public void AllowSilence(TimeSpan silence) => _allowedSilence = silence;

    /// <summary>Claims the end; false where something else has ended the connection already.</summary>
    public bool TryClaim()
    {
        lock (_gate)
        {
            bool isFirst = !_isClaimed;
            _isClaimed = true;
            return isFirst;
        }
    }

    /// <summary>Gives the connection up: linger 0 makes the kernel send a RST in place of a FIN (RFC 9293 3.10.5).</summary>
    public void Abort(string cause)
    {
        lock (_gate)
        {
            if (!TryClaim()) return;
            if (SocketErrors.TakePending(socket) is { } pending)
            {
                // It has ended already, and nobody was told: there is nothing left to abort.
                if (SocketErrors.IsReset(pending)) ByReset("before we aborted");
                else Lost($"before we aborted, {pending.SocketErrorCode}");
                socket.Dispose();
                return;
            }

            _recollection?.WasAborted();
            long calledAt = Clock.Now;
            socket.LingerState = new LingerOption(true, 0);
            socket.Dispose();
            log.Aborted(calledAt, cause);
        }
    }

    /// <summary>Aborts if the client has kept us waiting for so long. A slow reader is no idle one while bytes arrive there.</summary>
    public void AbortIfIdle(TimeSpan idleTimeout)
    {
        if (call.WaitingSince is not { } since) return;
        if (call.Name == "Send" && SocketState.AcknowledgedBytes(socket) is { } acknowledged && acknowledged != _acknowledged)
        {
            _acknowledged = acknowledged;
            call.Progressed(since);
        }
        else if (Environment.TickCount64 - since >= (idleTimeout + _allowedSilence).TotalMilliseconds)
        {
            Abort($"{call.InWords} for {new Duration(idleTimeout + _allowedSilence)}");
        }
    }

    /// <summary>A call has failed: by the client's RST, or because the kernel gave up.</summary>
    public void ByFailure(SocketException error)
    {
        if (!TryClaim()) return;      // our abort has ended it, and that is what the failed call met
        if (SocketErrors.IsReset(error)) ByReset(call.Name == "Shutdown" ? "before Shutdown" : $"{call.Name} failed");
        else Lost($"{call.Name} failed, {error.SocketErrorCode}");
    }

    private void Lost(string cause)
    {
        _recollection?.WasAborted();
        log.ConnectionTimedOut(call.CalledAt, cause);
    }

    private void ByReset(string how)
    {
        _recollection?.WasReset();
        log.ResetReceived(call.CalledAt, how);
        log.SocketClosed(Clock.Before(socket.Dispose));
    }
}
