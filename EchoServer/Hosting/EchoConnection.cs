using System.Net.Sockets;
using TcpClose.Kernel;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoServer.Hosting;

/// <summary>
/// One accepted connection and the calls that are made on it. What they are, in order, stands in <see cref="PassiveClose"/>
/// and, where the client asks for another close, in <c>Acts</c>; how it ends otherwise, in <see cref="ConnectionEnd"/>.
/// </summary>
internal sealed class EchoConnection : IDisposable
{
    private readonly ReceiveBuffer _inbox;
    private readonly Turn _turn = new(longestInMilliseconds: 25);
    private readonly ConnectionRecords _recollections;
    private readonly CancellationToken _aborting;
    private ReadOnlyMemory<byte> _putBack;
    private bool _hasReadFin, _hasHeard;

    /// <summary>Begins with a socket that <c>Accept</c> has returned.</summary>
    public EchoConnection(Socket socket, CloseLog log, TimeSpan think, ReceiveBufferPool buffers, ConnectionRecords recollections, CancellationToken aborting)
    {
        // Calls that would have to wait come back, and the wait is asynchronous.
        socket.Blocking = false;
        Socket = socket;
        Log = log;
        Think = think;
        _inbox = new ReceiveBuffer(socket, buffers);
        _recollections = recollections;
        recollections.Accepted();
        _aborting = aborting;
        End = new ConnectionEnd(socket, log, Call);
    }

    /// <summary>The socket, for <c>Shutdown</c> and <c>Dispose</c>.</summary>
    public Socket Socket { get; }

    /// <summary>Where its events go.</summary>
    public CloseLog Log { get; }

    /// <summary>What it is doing now.</summary>
    public CallUnderWay Call { get; } = new();

    /// <summary>How it ends.</summary>
    public ConnectionEnd End { get; }

    /// <summary>How long the server works before its first reply, and once more before its FIN.</summary>
    public TimeSpan Think { get; set; }

    /// <summary>What is remembered of it, where it carries an id.</summary>
    public ConnectionRecord? Recollection { get; set; }

    /// <summary>Waits for bytes. The memory is valid until the next call; it is empty at the end of stream.</summary>
    /// <exception cref="OperationCanceledException">The limit was over first; the connection is as it was.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> ReceiveAsync(CancellationToken limit = default)
    {
        ReadOnlyMemory<byte> putBack = _putBack;
        _putBack = default;
        if (putBack.Length > 0) Recollection?.Received(putBack.Span);
        if (putBack.Length > 0 || _hasReadFin) return putBack;

        Call.Begin("Receive");
        if (_turn.IsOver) await GiveWayAsync();
        ReadOnlyMemory<byte>? bytes;
        while ((bytes = _inbox.TryReceive()) is null)
        {
            await _inbox.WaitAsync(limit);
            _turn.Begin();
        }

        Call.Returned();
        return Received(bytes.Value);
    }

    /// <summary>The next <see cref="ReceiveAsync"/> returns these bytes again.</summary>
    public void PutBack(ReadOnlyMemory<byte> bytes) => _putBack = bytes;

    /// <summary>
    /// Sends bytes back. It waits while the client's window is full, and nothing is received meanwhile: that is the
    /// back-pressure, and it bounds the memory of a connection to one buffer.
    /// </summary>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        Call.Begin("Send");
        if (_turn.IsOver) await GiveWayAsync();
        // Mostly the kernel takes all of them at once. What it has no room for waits for the client.
        int taken = Socket.Send(bytes.Span, SocketFlags.None, out SocketError error);
        if (error is not (SocketError.Success or SocketError.WouldBlock)) throw new SocketException((int)error);
        for (ReadOnlyMemory<byte> rest = bytes[taken..]; rest.Length > 0;)
        {
            ValueTask<int> sending = Socket.SendAsync(rest);
            bool waits = !sending.IsCompleted;
            rest = rest[await sending..];
            if (waits) _turn.Begin();
        }

        Call.Returned();
        Log.Sent(Call.CalledAt, bytes.Span);
    }

    /// <summary>Sends so many bytes of <see cref="TestPattern"/>, a buffer at a time.</summary>
    public async ValueTask SendPatternAsync(long count)
    {
        Recollection?.Replies();
        for (long sent = 0; sent < count;)
        {
            Memory<byte> part = _inbox.Buffer.AsMemory(0, (int)Math.Min(ReceiveBufferPool.Small, count - sent));
            TestPattern.Fill(part.Span, sent);
            await SendAsync(part);
            sent += part.Length;
        }
    }

    /// <summary>The server works, if it is to: the client is not waited for. A RST that comes meanwhile shows in the next call.</summary>
    public ValueTask ThinkAsync() => HoldAsync(Think);

    /// <summary>Waits, without the idle time-out: the wait is the server's own.</summary>
    public async ValueTask HoldAsync(TimeSpan hold)
    {
        if (hold == TimeSpan.Zero) return;
        Call.BeginOwn("think");
        await HoldWatch.WaitAsync(hold, Socket, Recollection, _aborting);
        _turn.Begin();
    }

    /// <summary>Before our FIN: a RST that no call has met yet must not pass for a normal close.</summary>
    /// <exception cref="SocketException">The client's RST has come.</exception>
    public void ThrowIfEnded()
    {
        Call.BeginOwn("Shutdown");
        if (SocketErrors.TakePending(Socket) is { } ended) throw ended;
    }

    /// <summary>The client is heard of; the first time counts.</summary>
    public void Heard(FirstSign sign)
    {
        if (!_hasHeard) _recollections.Heard(sign);
        _hasHeard = true;
    }

    /// <summary>Gives the buffer and the descriptor back, where that has not been done.</summary>
    public void Dispose()
    {
        _inbox.Dispose();
        Socket.Dispose();
    }

    // By way of the thread pool: where completions are inlined, a stream that never pauses goes on beside the threads that wait
    // for sockets. Two threads on one processor cost a stream a quarter of its rate at turns of 10 ms.
    private async ValueTask GiveWayAsync()
    {
        await Task.Yield();
        _turn.Begin();
    }

    private ReadOnlyMemory<byte> Received(ReadOnlyMemory<byte> bytes)
    {
        _hasReadFin = bytes.Length == 0;
        if (_hasReadFin) Recollection?.FinRead(SocketState.SinceLastSegment(Socket));
        else Recollection?.Received(bytes.Span);
        Heard(_hasReadFin ? FirstSign.Fin : FirstSign.Byte);
        if (_hasReadFin) Log.FinRead(Call.CalledAt);
        else Log.Received(Call.CalledAt, bytes.Span);
        return bytes;
    }
}
