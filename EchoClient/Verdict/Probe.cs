using System.Net.NetworkInformation;
using System.Net.Sockets;
using TcpClose;

namespace EchoClient.Verdict;

/// <summary>How the client's stream ended, and when, since the half-close began.</summary>
internal enum Ending
{
    Nothing,
    Fin,
    Reset,
}

/// <summary>
/// One connection that is checked. It is named by an id, and only sends, receives and remembers: <c>Shutdown</c>,
/// <c>Dispose</c> and linger stand in the checks.
/// </summary>
internal sealed class Probe : IDisposable
{
    private const int BufferSize = 64 * 1024;

    /// <summary>A path that is slower, in bytes a second, is not waited for: a byte now and then must not take for ever.</summary>
    private const double Slowest = 16 * 1024;

    private readonly FarSide _far;
    private readonly byte[] _buffer = new byte[BufferSize];
    private long _startedAt = Clock.Now;

    private Probe(FarSide far, Socket socket, ActRequest request, Payload expected)
    {
        _far = far;
        Socket = socket;
        Id = request.Id!.Value;
        Came = new EchoCheck(new Expected("reply", expected));
    }

    public Socket Socket { get; }

    /// <summary>By which the server remembers it.</summary>
    public ConnectionId Id { get; }

    /// <summary>What has come.</summary>
    public EchoCheck Came { get; }

    /// <summary>Whether a byte came that is not the right one, or one too many.</summary>
    public bool IsAltered => Came.Fault() is not null && !Came.IsShort;

    /// <summary>How the stream ended.</summary>
    public Ending End { get; private set; }

    /// <summary>When.</summary>
    public TimeSpan EndedAfter { get; private set; }

    /// <summary>When the connection was reset, where a reset met a call or the kernel says so.</summary>
    public TimeSpan? ResetAfter { get; private set; }

    /// <summary>Connects, and sends the request.</summary>
    public static async Task<Probe> OpenAsync(FarSide far, ActRequest request, Payload? expected = null)
    {
        request = request with { Id = ConnectionId.Next() };
        var probe = new Probe(far, await far.ConnectAsync(), request, expected ?? Payload.None);
        await probe.SendAsync(Payload.Of(request.ToLine()));
        return probe;
    }

    /// <summary>Waits until the server has the request: what is cut from here on is cut by the half-close.</summary>
    public Task IsKnownAsync() => SawAsync(saw => saw.End != SawLine.Unknown);

    /// <summary>What the server saw of it.</summary>
    public Task<SawLine> SawAsync(Func<SawLine, bool> enough) => _far.SawAsync(Id, enough);

    /// <summary>From now on the time counts.</summary>
    public void StartClock() => _startedAt = Clock.Now;

    /// <summary>Sends all of it, or until a reset.</summary>
    public async Task SendAsync(Payload bytes)
    {
        byte[] buffer = new byte[BufferSize];
        using CancellationTokenSource longest = Longest(bytes.Length, _far.Timeout);
        using var limit = new ProgressLimit(_far.Timeout, longest.Token);
        try
        {
            for (long position = 0; position < bytes.Length;)
            {
                Memory<byte> part = buffer.AsMemory(0, (int)Math.Min(BufferSize, bytes.Length - position));
                bytes.Fill(part.Span, position);
                position += await Socket.SendAsync(part, limit.Token);
                limit.Progress();
            }
        }
        catch (Exception e) when (IsItsEnd(e))
        {
        }
    }

    /// <summary>Reads to the end of stream, a reset, or until nothing has come for the limit and so much longer.</summary>
    public async Task ReadToEndAsync(TimeSpan longer = default)
    {
        using CancellationTokenSource longest = Longest(Came.Expected, _far.Timeout + longer);
        using var limit = new ProgressLimit(_far.Timeout + longer, longest.Token);
        try
        {
            while (!Came.IsEndless && await Socket.ReceiveAsync(_buffer.AsMemory(), limit.Token) is var count and > 0)
            {
                Came.Add(_buffer.AsSpan(0, count), 0);
                limit.Progress();
            }

            // A reset is told to one call only: where Send has met it, Receive returns 0.
            End = ResetAfter is null ? Ending.Fin : Ending.Reset;
        }
        catch (Exception e) when (IsItsEnd(e))
        {
            if (e is SocketException) End = Ending.Reset;
        }

        EndedAfter = Elapsed();
    }

    /// <summary>Is silent, and looks now and then whether the connection has been reset meanwhile.</summary>
    public async Task HoldAsync(TimeSpan hold)
    {
        long until = Clock.Now + (long)hold.TotalNanoseconds;
        while (Clock.Now < until)
        {
            TimeSpan left = TimeSpan.FromMicroseconds((until - Clock.Now) / 1000.0), step = TimeSpan.FromMilliseconds(10);
            await Task.Delay(left < step ? left : step, _far.Stop);
            // Before our own FIN only a reset makes it CLOSED.
            if (SocketState.Read(Socket) == TcpState.Closed) ResetAfter ??= Elapsed();
        }
    }

    /// <summary>Before our FIN: a reset that no call has met yet is noted, for <c>Shutdown</c> would hide it.</summary>
    public void LookForReset()
    {
        if (SocketErrors.TakePending(Socket) is not null) ResetAfter ??= Elapsed();
    }

    /// <inheritdoc/>
    public void Dispose() => Socket.Dispose();

    private CancellationTokenSource Longest(long bytes, TimeSpan more)
    {
        var longest = CancellationTokenSource.CreateLinkedTokenSource(_far.Stop);
        longest.CancelAfter(more + TimeSpan.FromSeconds(bytes / Slowest));
        return longest;
    }

    private TimeSpan Elapsed() => TimeSpan.FromMicroseconds((Clock.Now - _startedAt) / 1000.0);

    // A limit that is over leaves the connection as it is: nothing was seen.
    private bool IsItsEnd(Exception e)
    {
        if (e is SocketException) ResetAfter ??= Elapsed();
        return e is SocketException || (e is OperationCanceledException && !_far.Stop.IsCancellationRequested);
    }
}
