using System.Net;
using System.Net.Sockets;
using TcpClose.Events;
using TcpClose.Kernel;

namespace TcpClose.Sockets;

/// <summary>
/// A TCP socket whose calls are observed. Each call is timed, and reported with the kernel's state. After an abnormal
/// end, <see cref="End"/> has the first cause.
/// </summary>
/// <remarks>
/// In each direction only one call may be in progress at a time. <see cref="Abort"/> may be called from any thread.
/// </remarks>
public sealed class ObservedSocket : IDisposable
{
    /// <summary>
    /// The maximum number of bytes of one call while a <c>Send</c> has to wait. Each part counts as progress for the
    /// inactivity time-out.
    /// </summary>
    private const int MaxPart = 16 * 1024;

    private readonly Socket _socket;
    private readonly Side _side;
    private readonly ReceiveBuffer _buffer;
    private readonly SocketCloser _closer;
    private IConnectionObserver _observer;
    private InterruptibleDelay? _delay;
    private PeerWait _wait;
    private YieldBudget _budget;
    private StreamProgress _progress = new();
    private ReadOnlyMemory<byte> _putBack;
    private TimeSpan _moreTime;

    /// <summary>Observes a socket, before <c>Connect</c> or after <c>Accept</c>.</summary>
    /// <param name="socket">The socket; this object closes it.</param>
    /// <param name="side">Which side of the connection it is.</param>
    /// <param name="log">Writes its events.</param>
    /// <param name="buffers">The pool of receive buffers.</param>
    /// <param name="target">The endpoint to connect to; null for an accepted socket.</param>
    public ObservedSocket(
        Socket socket, Side side, CloseLog log, ReceiveBufferPool buffers, IPEndPoint? target = null)
    {
        _socket = socket;
        _side = side;
        Log = log;
        _observer = log;
        _buffer = new ReceiveBuffer(socket, buffers);
        Connection = new ObservedConnection(side, socket, target);
        _closer = new SocketCloser(socket, Connection);
    }

    /// <summary>The log of this connection.</summary>
    public CloseLog Log { get; }

    /// <summary>How the connection ended; null while it is open.</summary>
    public ConnectionEnd? End => _closer.End;

    /// <summary>Our endpoint and the peer's.</summary>
    public ObservedConnection Connection { get; }

    /// <summary>The number of bytes that the kernel has accepted for sending.</summary>
    public long BytesSent => _progress.Sent;

    /// <summary>The number of bytes that have been received.</summary>
    public long BytesReceived => _progress.Received;

    /// <summary>
    /// The number of received bytes that arrived after our FIN was queued; null if the kernel does not report it.
    /// </summary>
    public long? BytesAfterFin => _progress.ReceivedAfterFin;

    /// <summary>When the end of the stream was read, on <see cref="Clock"/>; 0 until then.</summary>
    public long FinReadAt => _progress.FinReadAt;

    /// <summary>What the connection is doing now, for the cause of an abort.</summary>
    public string Activity =>
        _wait.Receives ? $"{Peer} silent"
        : _wait.Sends ? $"{Peer} did not read"
        : "still working";

    /// <summary>
    /// How long ago the peer's last acknowledgement or FIN arrived (<see cref="SocketState.SinceLastSegment"/>).
    /// </summary>
    public TimeSpan? SinceLastSegment => SocketState.SinceLastSegment(_socket);

    private string Peer => _side.Peer().Name();

    /// <summary>Begins to observe a socket that <c>Accept</c> has returned.</summary>
    /// <param name="acceptedAt">When <c>Accept</c> was called.</param>
    public void Accepted(long acceptedAt)
    {
        // A call that would have to wait returns immediately, so that the wait can be asynchronous.
        _socket.Blocking = false;
        Connection.CaptureEndPoints();
        _observer.Accepted(Connection, acceptedAt);
    }

    /// <summary><c>Connect</c>: returns when the handshake is complete.</summary>
    /// <exception cref="RefusedByResetException">A RST answered the SYN.</exception>
    /// <exception cref="SocketException">The connection failed for another reason.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="limit"/> expired first.</exception>
    public async Task ConnectAsync(IPEndPoint server, CancellationToken limit)
    {
        _observer.Connecting(Connection);
        long calledAt = Clock.Now, returnedAt;
        try
        {
            await _socket.ConnectAsync(server, limit);
            returnedAt = Clock.Now;
            if (SocketErrors.IsConnectedToItself(_socket))
                throw new SocketException((int)SocketError.ConnectionRefused);
        }
        catch (SocketException e) when (SocketErrors.IsRefusedByReset(_socket, e))
        {
            _observer.ResetReceived(new CallSample(calledAt, Connection), CallOutcomes.ConnectFailed);
            throw new RefusedByResetException();
        }

        _socket.Blocking = false;
        Connection.CaptureEndPoints();
        _observer.Connected(calledAt, returnedAt);
    }

    /// <summary>Passes bytes to the kernel, and waits while the kernel's buffer is full.</summary>
    /// <exception cref="ConnectionEndedException">The connection has ended.</exception>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        if (!_budget.TrySpend()) await YieldAsync();
        long calledAt = Clock.Now;
        _wait.BeginSend();
        try
        {
            // Usually the kernel takes all the bytes immediately.
            int taken = _socket.Send(bytes.Span, SocketFlags.None, out SocketError error);
            if (error is not (SocketError.Success or SocketError.WouldBlock)) throw new SocketException((int)error);
            _progress.AddSent(taken);
            for (ReadOnlyMemory<byte> rest = bytes[taken..]; rest.Length > 0;)
            {
                ValueTask<int> sending = _socket.SendAsync(rest[..Math.Min(rest.Length, MaxPart)]);
                if (!sending.IsCompleted) _budget.Reset();
                taken = await sending;
                rest = rest[taken..];
                _progress.AddSent(taken);
                _wait.Progress();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            throw Ended(calledAt, CallOutcomes.SendFailed, e);
        }
        finally
        {
            _wait.EndSend();
        }

        _observer.Sent(calledAt, bytes.Span);
    }

    /// <summary>
    /// Waits for bytes. The memory is valid until the next call; it is empty at the end of the stream.
    /// </summary>
    /// <exception cref="ConnectionEndedException">The connection has ended.</exception>
    /// <exception cref="OperationCanceledException">
    /// <paramref name="limit"/> expired first. The connection is unchanged.
    /// </exception>
    public async ValueTask<ReadOnlyMemory<byte>> ReceiveAsync(CancellationToken limit = default)
    {
        if (_progress.IsFinRead || _putBack.Length > 0) return TakePutBack();
        if (!_budget.TrySpend()) await YieldAsync();
        long calledAt = Clock.Now;
        ReadOnlyMemory<byte>? bytes;
        _wait.BeginReceive();
        try
        {
            while ((bytes = _buffer.TryReceive()) is null)
            {
                ValueTask<int> arrival = _buffer.WaitAsync(limit);
                if (!arrival.IsCompleted) _budget.Reset();
                await arrival;
            }

            if (bytes.Value.Length == 0) ThrowIfNoFin(calledAt);
        }
        catch (Exception e) when (
            e is SocketException or ObjectDisposedException
            || (e is OperationCanceledException && !limit.IsCancellationRequested))
        {
            throw Ended(calledAt, CallOutcomes.ReceiveFailed, e);
        }
        finally
        {
            _wait.EndReceive();
        }

        ReportReceived(calledAt, bytes.Value.Span);
        return bytes.Value;
    }

    /// <summary>Makes the next <see cref="ReceiveAsync"/> return these bytes again.</summary>
    public void PutBack(ReadOnlyMemory<byte> bytes) => _putBack = bytes;

    /// <summary><c>Shutdown</c>: with <see cref="SocketShutdown.Send"/> our FIN follows the last byte.</summary>
    /// <exception cref="ConnectionEndedException">
    /// The connection has ended. .NET's own <c>Shutdown</c> would succeed after a reset.
    /// </exception>
    public void Shutdown(SocketShutdown how)
    {
        long calledAt = Clock.Now;
        if (_closer.FailIfPending(calledAt, "before Shutdown")) throw new ConnectionEndedException(End!);
        try
        {
            _progress.MarkFinQueued(_socket);
            _socket.Shutdown(how);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw Ended(calledAt, "before Shutdown", e);
        }

        _observer.FinQueued(calledAt);
    }

    /// <summary>Waits for <paramref name="time"/>. The inactivity time-out does not count this wait.</summary>
    /// <exception cref="ConnectionEndedException">
    /// The connection ended meanwhile. This method polls the kernel, because no socket call is in progress that would
    /// report a RST.
    /// </exception>
    public async Task DelayAsync(TimeSpan time)
    {
        if (time == TimeSpan.Zero) return;
        _delay = new InterruptibleDelay();
        await _delay.WaitAsync(
            time, hasEnded: () => End is not null || _closer.FailIfPending(Clock.Now, "while we waited"));
        if (End is { } end) throw new ConnectionEndedException(end);
    }

    /// <summary>Lengthens the inactivity time-out until the next <c>Receive</c> returns.</summary>
    public void ExtendInactivityTimeout(TimeSpan by) => _moreTime = by;

    /// <summary>
    /// Limits the kernel's memory for bytes that the peer has not acknowledged (SO_SNDBUF; Linux doubles it).
    /// </summary>
    /// <exception cref="ConnectionEndedException">The connection was aborted by us.</exception>
    public void LimitSendBuffer(int bytes) => Set(() => _socket.SendBufferSize = bytes);

    /// <summary>Limits the kernel's memory for bytes that we have not read (SO_RCVBUF; Linux doubles it).</summary>
    /// <exception cref="ConnectionEndedException">The connection was aborted by us.</exception>
    public void LimitReceiveBuffer(int bytes) => Set(() => _socket.ReceiveBufferSize = bytes);

    /// <summary>Makes the FIN travel in the same segment as the last bytes, if the system can do this.</summary>
    /// <exception cref="ConnectionEndedException">The connection was aborted by us.</exception>
    public void Cork() => Set(() => TcpCork.TrySet(_socket));

    /// <summary>Reports to <paramref name="observer"/> as well, from now on.</summary>
    public void Attach(IConnectionObserver observer) => _observer = new ConnectionObservers(_observer, observer);

    /// <summary><c>Close</c>. Does nothing if the connection has ended already.</summary>
    public void Dispose()
    {
        // Close would hide a RST. After a RST the socket remains open until Complete closes it.
        if (_closer.FailIfPending(Clock.Now, "before Close")) return;
        if (_closer.Close() is not { } calledAt) return;
        _buffer.Dispose();
        _observer.SocketClosed(calledAt);
    }

    /// <summary>Aborts the connection: the kernel sends a RST, unless the connection is already over.</summary>
    /// <remarks>Calls in progress fail. <see cref="Complete"/> reports the abort.</remarks>
    public void Abort(string cause)
    {
        _closer.Abort(cause, _progress.IsFinQueued);
        _delay?.Interrupt();
    }

    /// <summary>
    /// Closes the socket if it is still open, and reports an abnormal end. Must be called once, after all other calls
    /// have returned.
    /// </summary>
    public ConnectionEnd Complete()
    {
        Dispose();
        _buffer.Dispose();
        ConnectionEnd end = _closer.End!;
        try
        {
            end.ReportTo(_observer);
        }
        finally
        {
            _closer.Release();
        }

        if (end.Kind == ConnectionEndKind.Reset) _observer.SocketClosed(_closer.ReleasedAt);
        return end;
    }

    /// <summary>
    /// Aborts if the peer has kept a call waiting for longer than <paramref name="timeout"/> plus the requested hold.
    /// </summary>
    internal void CheckPeer(TimeSpan timeout, string option)
    {
        if (End is not null) return;
        TimeSpan more = _moreTime;
        timeout += more;
        if (!_wait.IsOverdue(_socket, timeout)) return;
        if (more > TimeSpan.Zero) option += " plus hold";
        Abort($"{(_side == Side.Client ? "no progress" : Activity)} for {new Duration(timeout)} ({option})");
    }

    private void Set(Action option)
    {
        long calledAt = Clock.Now;
        try
        {
            option();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw Ended(calledAt, CallOutcomes.OptionFailed, e);
        }
    }

    private ReadOnlyMemory<byte> TakePutBack()
    {
        ReadOnlyMemory<byte> bytes = _putBack;
        _putBack = default;
        return bytes;
    }

    private void ReportReceived(long calledAt, ReadOnlySpan<byte> bytes)
    {
        _moreTime = TimeSpan.Zero;
        if (bytes.Length > 0)
        {
            _observer.Received(calledAt, bytes, _progress.AddReceived(bytes.Length));
            return;
        }

        _progress.MarkFinRead();
        _observer.FinRead(calledAt);
    }

    // The kernel reports a RST to one call only. After that, Receive returns 0, which looks like a FIN.
    private void ThrowIfNoFin(long calledAt)
    {
        if (End is { } end) throw new ConnectionEndedException(end);
        if (_wait.Sends && !_progress.IsFinQueued && SocketErrors.IsResetBeforeFin(_socket))
            throw Ended(calledAt, CallOutcomes.ReceiveFailed, new SocketException((int)SocketError.ConnectionReset));
        if (_progress.IsFinQueued && _closer.FailIfPending(calledAt, CallOutcomes.ReceiveFailed))
            throw new ConnectionEndedException(End!);
    }

    private ConnectionEndedException Ended(long calledAt, string how, Exception error) =>
        new(_closer.Fail(calledAt, how, error));

    // Resumes on the thread pool, so that this thread serves its other connections first.
    private async ValueTask YieldAsync()
    {
        await Task.Yield();
        _budget.Reset();
    }
}
