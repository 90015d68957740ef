using System.Net.Sockets;
using TcpClose.Cli;
using TcpClose.Events;
using TcpClose.Scenarios;

namespace EchoClient.Verdict;

/// <summary>
/// One connection that is checked. It is named by an id, and only sends, receives and asks: <c>Shutdown</c>,
/// <c>Dispose</c> and linger stand in the checks.
/// </summary>
internal sealed class Probe : IDisposable
{
    /// <summary>A path that is slower, in bytes a second, is not waited for: a byte now and then must not take for ever.</summary>
    public const double Slowest = 16 * 1024;

    private const int BufferSize = 64 * 1024;
    private readonly ServerClient _far;
    private readonly byte[] _buffer = new byte[BufferSize];
    private bool _isKnown;

    private Probe(ServerClient far, Socket socket, ScenarioRequest request, Payload expected)
    {
        _far = far;
        Socket = socket;
        Id = request.Id!.Value;
        End = new LocalClose(socket);
        Received = new ReplyVerifier(new ExpectedBytes("reply", expected));
    }

    public Socket Socket { get; }

    /// <summary>By which the server remembers it.</summary>
    public ConnectionId Id { get; }

    /// <summary>What has come.</summary>
    public ReplyVerifier Received { get; }

    /// <summary>Whether a byte came that is not the right one, or one too many.</summary>
    public bool IsAltered => Received.DescribeMismatch() is not null && !Received.IsShort;

    /// <summary>Whether the path took no more of what we sent, and we gave up: the rest was never sent.</summary>
    public bool HasStalled { get; private set; }

    /// <summary>How it ended for us.</summary>
    public LocalClose End { get; }

    /// <summary>How long the half-closed connection was silent, where it was for us to be silent.</summary>
    public TimeSpan ActualHold { get; private set; }

    /// <summary>Connects, and sends the request.</summary>
    public static async Task<Probe> OpenAsync(ServerClient far, ScenarioRequest request, Payload? expected = null)
    {
        request = request with { Id = ConnectionId.Next() };
        var probe = new Probe(far, await far.ConnectAsync(), request, expected ?? Payload.None);
        await probe.SendAsync(Payload.Of(request.ToLine()));
        return probe;
    }

    /// <summary>Waits until the server has the request: what is cut from here on is cut by the half-close.</summary>
    public Task WaitUntilRegisteredAsync() => ReportAsync(saw => saw.End != ConnectionReport.Unknown);

    /// <summary>What the server saw of it, once that is enough; what has been waited for already is not waited for as long again.</summary>
    /// <exception cref="CommandException">The server has forgotten it, or knows several by its name.</exception>
    public async Task<ConnectionReport> ReportAsync(Func<ConnectionReport, bool> enough, TimeSpan waited = default)
    {
        bool Tells(ConnectionReport saw) => saw.End == ConnectionReport.Several || (_isKnown && saw.End == ConnectionReport.Unknown);
        ConnectionReport saw = await _far.ReportAsync(Id, s => Tells(s) || enough(s), waited);
        if (saw.End == ConnectionReport.Several) throw new CommandException("the path makes several connections of one, with the same bytes: which of them counts cannot be told.");
        if (Tells(saw)) throw new CommandException("the far side does not know a connection that it had: EchoServer was started anew, the path leads to several of them, or there are too many askers.");
        _isKnown |= saw.End != ConnectionReport.Unknown;
        return saw;
    }

    /// <summary>Sends all of it, or until a reset, or until nothing more is taken.</summary>
    public async Task SendAsync(Payload bytes)
    {
        byte[] buffer = new byte[Math.Min(BufferSize, bytes.Length)];
        using CancellationTokenSource longest = TransferTimeout(bytes.Length, _far.Timeout);
        using var limit = new ProgressDeadline(_far.Timeout, longest.Token);
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
        catch (Exception e) when (IsStreamEnd(e))
        {
            HasStalled |= e is OperationCanceledException;
        }
    }

    /// <summary>Reads to the end of stream, a reset, or until nothing has come for the limit and so much longer.</summary>
    public async Task ReadToEndAsync(TimeSpan longer = default)
    {
        using CancellationTokenSource longest = TransferTimeout(Received.Expected, _far.Timeout + longer);
        using var limit = new ProgressDeadline(_far.Timeout + longer, longest.Token);
        try
        {
            while (!Received.IsTooLong && await Socket.ReceiveAsync(_buffer.AsMemory(), limit.Token) is var count and > 0)
            {
                Received.Add(_buffer.AsSpan(0, count), 0);
                limit.Progress();
            }

            // What goes on without an end is not waited for.
            if (Received.IsTooLong) End.OnMissingFin(reset: false);
            else End.OnFin();
        }
        catch (Exception e) when (IsStreamEnd(e))
        {
            End.OnMissingFin(reset: e is SocketException);
        }
    }

    /// <summary>Is silent, and looks now and then whether the connection has been reset meanwhile.</summary>
    public async Task HoldAsync(TimeSpan hold)
    {
        for (TimeSpan step = TimeSpan.FromMilliseconds(10); hold - End.Elapsed is var left && left > TimeSpan.Zero;)
        {
            await Task.Delay(left < step ? left : step, _far.Stop);
            End.CheckState();
        }

        ActualHold = End.Elapsed;
    }

    /// <inheritdoc/>
    public void Dispose() => Socket.Dispose();

    private CancellationTokenSource TransferTimeout(long bytes, TimeSpan more)
    {
        var longest = CancellationTokenSource.CreateLinkedTokenSource(_far.Stop);
        longest.CancelAfter(more + TimeSpan.FromSeconds(bytes / Slowest));
        return longest;
    }

    // A limit that is over leaves the connection as it is: nothing was seen.
    private bool IsStreamEnd(Exception e)
    {
        if (e is SocketException) End.OnReset();
        return e is SocketException || (e is OperationCanceledException && !_far.Stop.IsCancellationRequested);
    }
}
