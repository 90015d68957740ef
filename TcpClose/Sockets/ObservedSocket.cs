using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using TcpClose.Events;
using TcpClose.Kernel;

namespace TcpClose.Sockets;

/// <summary>
/// A TCP socket whose calls are observed. Each method makes the call that it is named after, takes its times, and reports it with
/// the kernel's state. When to send, shut down or close is decided by its caller; how a connection ends abnormally is decided here,
/// once for both sides: the first cause wins, and <see cref="End"/> has it.
/// </summary>
/// <remarks>
/// One flow of calls at a time in each direction. <see cref="Abort"/> may be called from any thread.
/// </remarks>
public sealed class ObservedSocket : IDisposable
{
    /// <summary>The largest part that is handed to the kernel in a <c>Send</c> that has to wait, in bytes: each part is progress.</summary>
    private const int MaxPart = 16 * 1024;

    // Calls that find work waiting return without giving the thread back, so a stream that never pauses would keep it.
    private const int CallsBeforeYield = 64;

    private readonly Socket _socket;
    private readonly Side _side;
    private readonly ReceiveBuffer _buffer;
    private readonly ObservedConnection _connection;
    private readonly SocketCloser _closer;
    private readonly ConnectionObservers _observers;
    private readonly InterruptibleDelay _delay = new();
    private PeerWait _wait;
    private ReadOnlyMemory<byte> _putBack;
    private TimeSpan _moreTime;
    private long _arrivedBeforeFin = long.MaxValue, _sendProgress;
    private int _callsLeft = CallsBeforeYield;
    private bool _isFinRead, _isFinQueued;

    /// <summary>Observes a socket that is about to connect.</summary>
    public ObservedSocket(Socket socket, Side side, CloseLog log, ReceiveBufferPool buffers, IPEndPoint? target = null)
    {
        _socket = socket;
        _side = side;
        Log = log;
        _observers = new ConnectionObservers(log);
        _buffer = new ReceiveBuffer(socket, buffers);
        _connection = new ObservedConnection(side, socket, target);
        _closer = new SocketCloser(socket, _connection);
    }

    /// <summary>The log of this connection.</summary>
    public CloseLog Log { get; }

    /// <summary>How the connection ended; null while it is open.</summary>
    public ConnectionEnd? End => _closer.End;

    /// <summary>Our endpoint and the peer's.</summary>
    public ObservedConnection Connection => _connection;

    /// <summary>How many bytes the kernel has taken to send.</summary>
    public long BytesSent { get; private set; }

    /// <summary>How many bytes have been received.</summary>
    public long BytesReceived { get; private set; }

    /// <summary>How many of them arrived after our FIN was queued, whenever the program read them.</summary>
    public long BytesAfterFin => Math.Max(0, BytesReceived - Volatile.Read(ref _arrivedBeforeFin));

    /// <summary>When the end of the stream was read, on <see cref="Clock"/>; 0 before.</summary>
    public long FinReadAt { get; private set; }

    /// <summary>What the connection is doing now, for the cause of an abort.</summary>
    public string Activity => _wait switch
    {
        { Receives: true } => $"{Peer} sent nothing",
        { Sends: true } => $"{Peer} did not read",
        _ => "still at work",
    };

    /// <summary>How long ago the peer's last acknowledgement or FIN arrived (<see cref="SocketState.SinceLastSegment"/>).</summary>
    public TimeSpan? SinceLastSegment => SocketState.SinceLastSegment(_socket);

    private string Peer => _side == Side.Client ? "server" : "client";

    /// <summary>Begins with a socket that <c>Accept</c> has returned.</summary>
    /// <param name="acceptedAt">When <c>Accept</c> was called.</param>
    public void Accepted(long acceptedAt)
    {
        // Calls that would have to wait return at once, and the wait is asynchronous.
        _socket.Blocking = false;
        _connection.CaptureEndPoints();
        _observers.Accepted(_connection, acceptedAt);
    }

    /// <summary><c>Connect</c>: returns when the handshake is complete.</summary>
    /// <exception cref="SocketException">There is no connection.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="limit"/> expired first.</exception>
    public async Task ConnectAsync(IPEndPoint server, CancellationToken limit)
    {
        _observers.Connecting(_connection);
        long calledAt = Clock.Now;
        try
        {
            await _socket.ConnectAsync(server, limit);

            // A client whose own port happens to be the server's connects to itself, where nothing listens (a simultaneous open,
            // RFC 9293 3.5, figure 7, with one party).
            if (_socket.LocalEndPoint!.Equals(_socket.RemoteEndPoint)) throw new SocketException((int)SocketError.ConnectionRefused);
        }
        catch (SocketException e) when (IsRefusedByReset(e))
        {
            var call = new CallSample(calledAt, _connection);
            _observers.ResetReceived(call, "Connect failed");
            throw;
        }

        _socket.Blocking = false;
        _connection.CaptureEndPoints();
        _observers.Connected(calledAt);
    }

    /// <summary>Hands bytes to the kernel, and waits while the peer's window and the kernel's buffer are full.</summary>
    /// <exception cref="ConnectionEndedException">The connection was reset, given up by the kernel, or aborted by us.</exception>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        if (--_callsLeft < 0) await YieldAsync();
        long calledAt = Clock.Now;
        _wait.BeginSend();
        try
        {
            // Usually the kernel takes all of them. The rest waits for the peer.
            int taken = _socket.Send(bytes.Span, SocketFlags.None, out SocketError error);
            if (error is not (SocketError.Success or SocketError.WouldBlock)) throw new SocketException((int)error);
            for (ReadOnlyMemory<byte> rest = bytes[taken..]; rest.Length > 0;)
            {
                ValueTask<int> sending = _socket.SendAsync(rest[..Math.Min(rest.Length, MaxPart)]);
                if (!sending.IsCompleted) _callsLeft = CallsBeforeYield;
                rest = rest[await sending..];
                _wait.Progress();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            throw Ended("Send", calledAt, e);
        }
        finally
        {
            _wait.EndSend();
        }

        BytesSent += bytes.Length;
        _observers.Sent(calledAt, bytes.Span);
    }

    /// <summary>Waits for bytes. The memory is valid until the next call; it is empty at the end of the stream.</summary>
    /// <exception cref="ConnectionEndedException">The connection was reset, given up by the kernel, or aborted by us.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="limit"/> expired first; the connection is as it was.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> ReceiveAsync(CancellationToken limit = default)
    {
        if (_isFinRead || _putBack.Length > 0) return TakePutBack();
        if (--_callsLeft < 0) await YieldAsync();
        long calledAt = Clock.Now;
        ReadOnlyMemory<byte>? bytes;
        _wait.BeginReceive();
        try
        {
            while ((bytes = _buffer.TryReceive()) is null)
            {
                await _buffer.WaitAsync(limit);
                _callsLeft = CallsBeforeYield;
            }

            if (bytes.Value.Length == 0) ThrowIfNoFin(calledAt);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException || (e is OperationCanceledException && !limit.IsCancellationRequested))
        {
            throw Ended("Receive", calledAt, e);
        }
        finally
        {
            _wait.EndReceive();
        }

        Received(calledAt, bytes.Value.Span);
        return bytes.Value;
    }

    /// <summary>The next <see cref="ReceiveAsync"/> returns these bytes again: the caller has only looked at them.</summary>
    public void PutBack(ReadOnlyMemory<byte> bytes) => _putBack = bytes;

    /// <summary><c>Shutdown</c>: with <see cref="SocketShutdown.Send"/> our FIN follows the last byte.</summary>
    /// <exception cref="ConnectionEndedException">The connection had been reset: .NET's <c>Shutdown</c> would succeed and hide that.</exception>
    public void Shutdown(SocketShutdown how)
    {
        long calledAt = Clock.Now;
        try
        {
            if (SocketErrors.TakePending(_socket) is { } pending) throw pending;

            // What the kernel has received so far came before our FIN, even if the program reads it later.
            if (!_isFinRead) Volatile.Write(ref _arrivedBeforeFin, SocketState.ReceivedBytes(_socket) ?? long.MaxValue);
            _isFinQueued = true;
            _socket.Shutdown(how);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw Ended("Shutdown", calledAt, e);
        }

        _observers.FinQueued(calledAt);
    }

    /// <summary>Does nothing for a while. The peer is not waited for, so the inactivity time-out does not run.</summary>
    /// <exception cref="ConnectionEndedException">The connection ended meanwhile: no call is under way that a RST could fail, so
    /// the kernel is asked.</exception>
    public async Task DelayAsync(TimeSpan time)
    {
        if (time == TimeSpan.Zero) return;
        await _delay.WaitAsync(time, hasEnded: () => End is not null || IsResetWhileDelayed());
        if (End is { } end) throw new ConnectionEndedException(end);
    }

    /// <summary>The peer has announced that it will be silent for this much longer than the inactivity time-out.</summary>
    public void ExtendInactivityTimeout(TimeSpan by) => _moreTime = by;

    /// <summary>Limits the kernel's memory for bytes that the peer has not read (SO_SNDBUF; Linux doubles it for its own overhead).</summary>
    public void LimitSendBuffer(int bytes) => _socket.SendBufferSize = bytes;

    /// <summary>From now on <paramref name="observer"/> is told as well.</summary>
    public void Attach(IConnectionObserver observer) => _observers.Add(observer);

    /// <summary><c>Close</c>. Does nothing if the connection has ended already.</summary>
    public void Dispose()
    {
        // Close succeeds after a RST as well, and would hide it. After both FINs none can matter.
        if (End is null && !(_isFinRead && _isFinQueued) && TryTakePending() is { } pending)
        {
            _closer.Fail(Clock.Now, "before Close", pending);
            return;
        }

        if (_closer.Close() is not { } calledAt) return;
        _buffer.Dispose();
        _observers.SocketClosed(calledAt);
    }

    /// <summary>Gives the connection up: the kernel sends a RST, unless both FINs have been exchanged or the peer's RST has come.</summary>
    /// <remarks>The calls that are under way fail. <see cref="Complete"/> reports the abort.</remarks>
    public void Abort(string cause)
    {
        _closer.Abort(cause, _isFinQueued);
        _delay.Interrupt();
    }

    /// <summary>Called once, when no call is under way any more: closes the socket if that has not been done, and reports an abnormal end.</summary>
    public ConnectionEnd Complete()
    {
        Dispose();
        _buffer.Dispose();
        ConnectionEnd end = _closer.End!;
        switch (end)
        {
            case { Kind: ConnectionEndKind.Closed, Cause: { } }:
                _observers.SocketClosed(end.Call.CalledAt!.Value);
                break;
            case { Kind: ConnectionEndKind.Reset, Cause: { } how }:
                _observers.ResetReceived(end.Call, how);
                _observers.SocketClosed(_closer.Release());
                break;
            case { Kind: ConnectionEndKind.Aborted, Cause: { } cause }:
                _observers.Aborted(end.Call, cause);
                break;
            case { Kind: ConnectionEndKind.TimedOut, Cause: { } cause }:
                _closer.Release();
                _observers.ConnectionTimedOut(end.Call, cause);
                break;
        }

        return end;
    }

    /// <summary>Aborts if the peer has kept a call waiting for too long.</summary>
    internal void CheckPeer(TimeSpan timeout)
    {
        if (_wait.Since is not { } since) return;
        if (_wait.Sends && SocketState.SendProgress(_socket) is { } progress && progress != _sendProgress)
        {
            _sendProgress = progress;
            _wait.Progress();
            return;
        }

        timeout += _moreTime;
        if (Environment.TickCount64 - since < timeout.TotalMilliseconds) return;

        // After a pause of the whole process the time is over, and yet the peer may have sent or read in time.
        bool isReady = (_wait.Receives && _socket.Poll(0, SelectMode.SelectRead)) || (_wait.Sends && _socket.Poll(0, SelectMode.SelectWrite));
        if (!isReady) Abort(_side == Side.Client ? $"stuck for {new Duration(timeout)}" : $"{Activity} for {new Duration(timeout)}");
    }

    // Before our FIN, a connection that is CLOSED was reset, or the kernel has given it up.
    private bool IsResetWhileDelayed()
    {
        if (_isFinQueued || SocketState.Read(_socket) != TcpState.Closed) return false;
        if (SocketErrors.TakePending(_socket) is { } pending) _closer.Fail(Clock.Now, "while we waited", pending);
        return true;
    }

    private ReadOnlyMemory<byte> TakePutBack()
    {
        ReadOnlyMemory<byte> bytes = _putBack;
        _putBack = default;
        return bytes;
    }

    private void Received(long calledAt, ReadOnlySpan<byte> bytes)
    {
        _isFinRead = bytes.Length == 0;
        bool afterOurFin = BytesReceived >= Volatile.Read(ref _arrivedBeforeFin);
        BytesReceived += bytes.Length;
        if (_isFinRead) FinReadAt = Clock.Now;
        if (_isFinRead) _observers.FinRead(calledAt);
        else _observers.Received(calledAt, bytes, afterOurFin);
    }

    // A RST is reported to one call only: where Send has met it, or where it came between our look for it and Shutdown, Receive
    // returns 0, which looks like a FIN.
    private void ThrowIfNoFin(long calledAt)
    {
        if (_closer.End is { } end) throw new ConnectionEndedException(end);
        bool hasSendMetIt = _wait.Sends && !_isFinQueued && SocketState.Read(_socket) == TcpState.Closed;
        if (hasSendMetIt) throw Ended("Receive", calledAt, new SocketException((int)SocketError.ConnectionReset));
        if (_isFinQueued && SocketErrors.TakePending(_socket) is { } pending) throw pending;
    }

    // What the failed call means: the peer's RST, the kernel's giving up, or an end that came first.
    private ConnectionEndedException Ended(string call, long calledAt, Exception error)
    {
        string how = call == "Shutdown" ? "before Shutdown" : $"{call} failed";
        if (error is SocketException failed) return new ConnectionEndedException(_closer.Fail(calledAt, how, failed));
        return new ConnectionEndedException(_closer.End ?? _closer.Fail(calledAt, how, new SocketException((int)SocketError.OperationAborted)));
    }

    private SocketException? TryTakePending()
    {
        try
        {
            return SocketErrors.TakePending(_socket);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return null;    // an abort was faster
        }
    }

    // A RST has closed the connection; after a firewall's ICMP message Linux leaves it in SYN-SENT.
    private bool IsRefusedByReset(SocketException error) =>
        error.SocketErrorCode == SocketError.ConnectionRefused && SocketState.Read(_socket) == TcpState.Closed;

    // By way of the thread pool: the others of this thread go first.
    private async ValueTask YieldAsync()
    {
        await Task.Yield();
        _callsLeft = CallsBeforeYield;
    }
}
