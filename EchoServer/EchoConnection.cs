using System.Buffers;
using System.Net.Sockets;
using EchoServer.Acts;
using TcpClose;

namespace EchoServer;

/// <summary>
/// One accepted connection: its buffer, its limits and the ways in which it can end. The first cause of an end wins.
/// What it does, in order, stands in <see cref="PassiveClose"/> and, where the client asks for another close, in
/// <c>Acts</c>.
/// </summary>
internal sealed class EchoConnection(Socket socket, CloseLog log, ServerOptions options)
{
    private const int BufferSize = 16 * 1024;

    private byte[] _buffer = [];
    private CancellationToken _aborting;
    private long _calledAt;
    private volatile string _call = "Accept";
    private long _waitingSince = -1;    // Environment.TickCount64; -1 while the client is not waited for
    private long _acknowledged;
    private ReadOnlyMemory<byte> _putBack;
    private bool _finRead;
    private int _ended;

    /// <summary>What it is doing now, in words.</summary>
    public string Doing => _call switch
    {
        "Receive" => "client sent nothing",
        "Send" => "client did not read",
        _ => "still at work",
    };

    /// <summary>Serves the connection to its end, whatever that is. Never throws for something that the peer did.</summary>
    public async Task RunAsync(long acceptedAt, CancellationToken aborting)
    {
        _aborting = aborting;
        _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            log.Accepted(socket, acceptedAt);
            Asked asked = options.EchoOnly ? default : await Asking.ReadAsync(this);
            await (asked switch
            {
                { Refused: { } why } => Refusal.RunAsync(socket, this, log, why),
                { Request: { } request } => Acts.Acts.RunAsync(new Act(socket, this, log, request)),
                _ => PassiveClose.RunAsync(socket, this, log),
            });
        }
        catch (SocketException e)
        {
            EndByFailure(e);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // Aborted: that has been said already.
        }
        finally
        {
            TryEnd();
            ArrayPool<byte>.Shared.Return(_buffer);
            socket.Dispose();
        }
    }

    /// <summary>Waits for bytes. The memory is valid until the next call; it is empty at the end of stream.</summary>
    /// <exception cref="OperationCanceledException">The limit was over first; the connection is as it was.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> ReceiveAsync(CancellationToken limit = default)
    {
        ReadOnlyMemory<byte> putBack = _putBack;
        _putBack = default;
        if (putBack.Length > 0 || _finRead) return putBack;

        Begin("Receive");
        int count = await socket.ReceiveAsync(_buffer.AsMemory(), limit);
        Volatile.Write(ref _waitingSince, -1);
        _finRead = count == 0;
        if (_finRead) log.FinRead(_calledAt);
        else log.Received(_calledAt, _buffer.AsSpan(0, count));
        return _buffer.AsMemory(0, count);
    }

    /// <summary>The next <see cref="ReceiveAsync"/> returns these bytes again.</summary>
    public void PutBack(ReadOnlyMemory<byte> bytes) => _putBack = bytes;

    /// <summary>
    /// Sends bytes back. It waits while the client's window is full, and nothing is received meanwhile: that is the
    /// back-pressure, and it bounds the memory of a connection to one buffer.
    /// </summary>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        Begin("Send");
        for (ReadOnlyMemory<byte> rest = bytes; rest.Length > 0;)
            rest = rest[await socket.SendAsync(rest)..];
        Volatile.Write(ref _waitingSince, -1);
        log.Sent(_calledAt, bytes.Span);
    }

    /// <summary>Sends so many bytes of <see cref="Pattern"/>, a buffer at a time.</summary>
    public async ValueTask SendPatternAsync(long count)
    {
        for (long sent = 0; sent < count;)
        {
            Memory<byte> part = _buffer.AsMemory(0, (int)Math.Min(BufferSize, count - sent));
            Pattern.Fill(part.Span, sent);
            await SendAsync(part);
            sent += part.Length;
        }
    }

    /// <summary>The server works: the client is not waited for. A RST that comes meanwhile shows in the next call.</summary>
    public ValueTask ThinkAsync() => HoldAsync(options.Think);

    /// <summary>Waits, without the idle time-out: the wait is the server's own.</summary>
    public async ValueTask HoldAsync(TimeSpan hold)
    {
        if (hold == TimeSpan.Zero) return;
        _call = "think";
        await Task.Delay(hold, _aborting);
    }

    /// <summary>Before our FIN: a RST that no call has met yet must not pass for a normal close.</summary>
    /// <exception cref="SocketException">The client's RST has come.</exception>
    public void ThrowIfReset()
    {
        _call = "Shutdown";
        _calledAt = Clock.Now;
        if (SocketErrors.HasPendingReset(socket)) throw new SocketException((int)SocketError.ConnectionReset);
    }

    /// <summary>Claims the end of the connection; false where something else has ended it already.</summary>
    public bool TryEnd() => Interlocked.Exchange(ref _ended, 1) == 0;

    /// <summary>Gives the connection up: linger 0 makes the kernel send a RST in place of a FIN (RFC 9293 3.10.5).</summary>
    public void Abort(string cause)
    {
        if (!TryEnd()) return;
        if (SocketErrors.HasPendingReset(socket))
        {
            EndByReset("before we aborted");    // the client was first: there is nothing left to abort
            return;
        }

        long calledAt = Clock.Now;
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
        log.Aborted(calledAt, cause);
    }

    /// <summary>Aborts if the client has kept us waiting for so long. A slow reader is no idle one while bytes arrive there.</summary>
    public void AbortIfIdle(TimeSpan idleTimeout)
    {
        long since = Volatile.Read(ref _waitingSince);
        if (since < 0) return;
        if (_call == "Send" && SocketState.AcknowledgedBytes(socket) is { } acknowledged && acknowledged != _acknowledged)
        {
            _acknowledged = acknowledged;
            Interlocked.CompareExchange(ref _waitingSince, Environment.TickCount64, since);
        }
        else if (Environment.TickCount64 - since >= idleTimeout.TotalMilliseconds)
        {
            Abort($"{Doing} for {new Duration(idleTimeout)}");
        }
    }

    private void Begin(string call)
    {
        _call = call;
        _calledAt = Clock.Now;
        Volatile.Write(ref _waitingSince, Environment.TickCount64);
    }

    private void EndByFailure(SocketException error)
    {
        if (!TryEnd()) return;      // Abort has ended it, and that is what the failed call met
        if (SocketErrors.IsReset(error)) EndByReset(_call == "Shutdown" ? "before Shutdown" : $"{_call} failed");
        else log.Lost(_calledAt, $"{_call} failed, {error.SocketErrorCode}");
    }

    private void EndByReset(string how)
    {
        log.ResetReceived(_calledAt, how);
        long calledAt = Clock.Now;
        socket.Dispose();
        log.SocketClosed(calledAt);
    }
}
