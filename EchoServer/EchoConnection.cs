using System.Buffers;
using System.Net.Sockets;
using EchoServer.Acts;
using TcpClose;

namespace EchoServer;

/// <summary>
/// One accepted connection, with its one buffer and the calls that are made on it. What it does, in order, stands in
/// <see cref="PassiveClose"/> and, where the client asks for another close, in <c>Acts</c>; how it ends otherwise, in
/// <see cref="ConnectionEnd"/>.
/// </summary>
internal sealed class EchoConnection
{
    private const int BufferSize = 16 * 1024;

    private readonly Socket _socket;
    private readonly CloseLog _log;
    private readonly ServerOptions _options;
    private readonly Recollections _recollections;
    private byte[] _buffer = [];
    private CancellationToken _aborting;
    private ReadOnlyMemory<byte> _putBack;
    private bool _finRead, _heard;
    private ActRequest? _request;
    private Recollection? _recollection;

    public EchoConnection(Socket socket, CloseLog log, ServerOptions options, Recollections recollections)
    {
        _socket = socket;
        _log = log;
        _options = options;
        _recollections = recollections;
        End = new ConnectionEnd(socket, log, Call);
    }

    /// <summary>What it is doing now.</summary>
    public CallUnderWay Call { get; } = new();

    /// <summary>How it ends.</summary>
    public ConnectionEnd End { get; }

    /// <summary>Serves the connection to its end, whatever that is. Never throws for something that the peer did.</summary>
    public async Task RunAsync(long acceptedAt, CancellationToken aborting)
    {
        _aborting = aborting;
        _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            _recollections.Accepted();
            _log.Accepted(_socket, acceptedAt);
            if (_options.Http) await Http.RunAsync(_socket, this, _log);
            else await PlayAsync(_options.EchoOnly ? default : await Asking.ReadAsync(this, _options.IdleTimeout));
        }
        catch (SocketException e)
        {
            if (SocketErrors.IsReset(e)) Heard(FirstSign.Reset);
            End.ByFailure(e);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // Aborted: that has been said already.
        }
        finally
        {
            End.TryClaim();
            Heard(FirstSign.None);
            _recollection?.Ended();
            ArrayPool<byte>.Shared.Return(_buffer);
            _socket.Dispose();
        }
    }

    private Task PlayAsync(Asked asked)
    {
        _request = asked.Request;
        if (asked is { Request: { Act: not ActRequest.Saw, Id: { } id } } && _recollections.Begin(id) is { } begun)
        {
            _recollection = begun;
            End.Remember(begun);
        }

        return asked switch
        {
            { Refused: { } why } => Refusal.RunAsync(_socket, this, _log, why),
            { Request.Act: ActRequest.Hello } => LastWord.SayAsync(_socket, this, _log, _recollections.Hello().ToLine()),
            { Request: { Act: ActRequest.Saw, Id: { } which } } => LastWord.SayAsync(_socket, this, _log, _recollections.Saw(which).ToLine()),
            { Request: { Act: not Scenarios.PlainEcho } request } => Plays.RunAsync(new Act(_socket, this, _log, request)),
            _ => PassiveClose.RunAsync(_socket, this, _log),
        };
    }

    /// <summary>Waits for bytes. The memory is valid until the next call; it is empty at the end of stream.</summary>
    /// <exception cref="OperationCanceledException">The limit was over first; the connection is as it was.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> ReceiveAsync(CancellationToken limit = default)
    {
        ReadOnlyMemory<byte> putBack = _putBack;
        _putBack = default;
        if (putBack.Length > 0) _recollection?.Received(putBack.Span);
        if (putBack.Length > 0 || _finRead) return putBack;

        Call.Begin("Receive");
        int count = await _socket.ReceiveAsync(_buffer.AsMemory(), limit);
        Call.Returned();
        _finRead = count == 0;
        Remember(_buffer.AsSpan(0, count));
        if (_finRead) _log.FinRead(Call.CalledAt);
        else _log.Received(Call.CalledAt, _buffer.AsSpan(0, count));
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
        Call.Begin("Send");
        for (ReadOnlyMemory<byte> rest = bytes; rest.Length > 0;)
            rest = rest[await _socket.SendAsync(rest)..];
        Call.Returned();
        _log.Sent(Call.CalledAt, bytes.Span);
    }

    /// <summary>Sends so many bytes of <see cref="Pattern"/>, a buffer at a time.</summary>
    public async ValueTask SendPatternAsync(long count)
    {
        _recollection?.Replies();
        for (long sent = 0; sent < count;)
        {
            Memory<byte> part = _buffer.AsMemory(0, (int)Math.Min(BufferSize, count - sent));
            Pattern.Fill(part.Span, sent);
            await SendAsync(part);
            sent += part.Length;
        }
    }

    /// <summary>The server works: the client is not waited for. A RST that comes meanwhile shows in the next call.</summary>
    /// <remarks>No work was asked for where the echo was.</remarks>
    public ValueTask ThinkAsync() => _request is null ? HoldAsync(_options.Think) : default;

    /// <summary>Waits, without the idle time-out: the wait is the server's own.</summary>
    public async ValueTask HoldAsync(TimeSpan hold)
    {
        if (hold == TimeSpan.Zero) return;
        Call.BeginOwn("think");
        await HoldWatch.WaitAsync(hold, _socket, _recollection, _aborting);
    }

    /// <summary>Before our FIN: a RST that no call has met yet must not pass for a normal close.</summary>
    /// <exception cref="SocketException">The client's RST has come.</exception>
    public void ThrowIfEnded()
    {
        Call.BeginOwn("Shutdown");
        if (SocketErrors.TakePending(_socket) is { } ended) throw ended;
    }

    private void Remember(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 0) _recollection?.Received(bytes);
        else _recollection?.FinRead(SocketState.SinceLastSegment(_socket));
        Heard(bytes.Length > 0 ? FirstSign.Byte : FirstSign.Fin);
    }

    private void Heard(FirstSign sign)
    {
        if (!_heard) _recollections.Heard(sign);
        _heard = true;
    }
}
