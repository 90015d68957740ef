using System.Net.Sockets;
using PathCheck.Classifying;
using PathCheck.Protocol;
using TcpClose.Cli;
using TcpClose.Kernel;
using TcpClose.Scenarios;

namespace PathCheck.NearEnd;

/// <summary>
/// One connection that is checked. It carries an id, and only sends, receives and asks: <c>Shutdown</c>, <c>Dispose</c>
/// and linger stand in the checks.
/// </summary>
internal sealed class Probe : IDisposable
{
    /// <summary>The lowest rate of a transfer: a byte now and then must not keep the run waiting for ever.</summary>
    public const double MinBytesPerSecond = 16 * 1024;

    private const int BufferSize = 64 * 1024;
    private static readonly TimeSpan HoldStep = TimeSpan.FromMilliseconds(10);

    private readonly FarEndClient _far;
    private readonly byte[] _buffer = new byte[BufferSize];
    private readonly long _openedAt = Clock.Now;
    private bool _isKnown;

    private Probe(FarEndClient far, Socket socket, ConnectionId id, Payload expected)
    {
        _far = far;
        Socket = socket;
        Id = id;
        End = new LocalClose(socket);
        Received = new PayloadComparison(expected);
    }

    public Socket Socket { get; }

    /// <summary>The name under which the far end remembers the connection.</summary>
    public ConnectionId Id { get; }

    /// <summary>What was received.</summary>
    public PayloadComparison Received { get; }

    /// <summary>Whether the path took no more of what was sent: the rest was never sent.</summary>
    public bool HasStalled { get; private set; }

    /// <summary>How the connection ended for us.</summary>
    public LocalClose End { get; }

    /// <summary>How long the half-closed connection was silent, if it was for us to be silent.</summary>
    public TimeSpan ActualHold { get; private set; }

    /// <summary>Connects, and sends the request.</summary>
    public static async Task<Probe> OpenAsync(FarEndClient far, PathRequest request, Payload? expected = null)
    {
        var id = ConnectionId.Next();
        var probe = new Probe(far, await far.ConnectAsync(), id, expected ?? Payload.None);
        await probe.SendAsync(Payload.Of((request with { Id = id }).ToLine()));
        return probe;
    }

    /// <summary>All that was observed so far.</summary>
    public NearObservation Observe() => new(Received.Received, Received.Expected, Received.IsAltered)
    {
        HasStalled = HasStalled,
        End = End.Kind,
        EndedAfter = End.After,
        EndedAfterHalfClose = End.AfterHalfClose,
        ResetAfter = End.ResetAfter,
        ActualHold = ActualHold,
        Pause = PauseDetector.OfProcess.LongestSince(TimeSpan.FromMicroseconds((Clock.Now - _openedAt) / 1000.0)),
    };

    /// <summary>Waits until the far end has the request: what is cut from here on is cut by the half-close.</summary>
    public Task WaitUntilRegisteredAsync() => ReportAsync(report => report.End != ReportedEnd.Unknown);

    /// <summary>What the far end observed of it, once that is enough.</summary>
    /// <param name="enough">What is enough.</param>
    /// <param name="waited">How long was waited already: that is not waited again.</param>
    /// <exception cref="CommandException">The far end has forgotten it, or knows several with its id.</exception>
    public async Task<ConnectionReport> ReportAsync(Func<ConnectionReport, bool> enough, TimeSpan waited = default)
    {
        bool IsHopeless(ConnectionReport report) =>
            report.End == ReportedEnd.Several || (_isKnown && report.End == ReportedEnd.Unknown);
        ConnectionReport report = await _far.ReportAsync(Id, r => IsHopeless(r) || enough(r), waited);
        if (report.End == ReportedEnd.Several)
            throw new CommandException("the path makes several connections of one, with the same bytes: " +
                "which of them counts cannot be told.");
        if (IsHopeless(report))
            throw new CommandException("the far end does not know a connection that it had: " +
                "PathCheck serve was started anew, the path leads to several of them, or too many use it.");
        _isKnown |= report.End != ReportedEnd.Unknown;
        return report;
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
                limit.Restart();
            }
        }
        catch (SocketException)
        {
            End.OnReset();
        }
        catch (OperationCanceledException) when (!_far.Stop.IsCancellationRequested)
        {
            HasStalled = true;
        }
    }

    /// <summary>
    /// Reads to the end of stream, a reset, or until nothing has arrived for the time-out and this much longer.
    /// </summary>
    public async Task ReadToEndAsync(TimeSpan longer = default)
    {
        using CancellationTokenSource longest = TransferTimeout(Received.Expected, _far.Timeout + longer);
        using var limit = new ProgressDeadline(_far.Timeout + longer, longest.Token);
        try
        {
            while (Take(await Socket.ReceiveAsync(_buffer.AsMemory(), limit.Token))) limit.Restart();
        }
        catch (SocketException)
        {
            End.OnReset();
            End.OnMissingFin(reset: true);
        }
        catch (OperationCanceledException) when (!_far.Stop.IsCancellationRequested)
        {
            ReadWhatHasArrived();
        }
    }

    /// <summary>
    /// After a pause of this process the deadline has passed, and yet bytes and an end may have arrived in time: they are
    /// read before anything is judged. If nothing has arrived, no end was observed.
    /// </summary>
    internal void ReadWhatHasArrived()
    {
        try
        {
            while (Socket.Poll(TimeSpan.Zero, SelectMode.SelectRead))
                if (!Take(Socket.Receive(_buffer))) return;
            End.OnMissingFin(reset: false);
        }
        catch (SocketException)
        {
            End.OnReset();
            End.OnMissingFin(reset: true);
        }
    }

    /// <summary>Is silent, and looks now and then whether the connection has been reset meanwhile.</summary>
    public async Task HoldAsync(TimeSpan hold)
    {
        while (hold - End.Elapsed is var left && left > TimeSpan.Zero)
        {
            await Task.Delay(left < HoldStep ? left : HoldStep, _far.Stop);
            End.CheckState();
        }

        ActualHold = End.Elapsed;
    }

    /// <inheritdoc/>
    public void Dispose() => Socket.Dispose();

    // Whether more is to be read. What goes on without an end is not waited for.
    private bool Take(int count)
    {
        Received.Add(_buffer.AsSpan(0, count));
        if (count > 0 && !Received.IsTooLong) return true;
        if (count == 0) End.OnFin();
        else End.OnMissingFin(reset: false);
        return false;
    }

    private CancellationTokenSource TransferTimeout(long bytes, TimeSpan more)
    {
        var longest = CancellationTokenSource.CreateLinkedTokenSource(_far.Stop);
        longest.CancelAfter(more + TimeSpan.FromSeconds(bytes / MinBytesPerSecond));
        return longest;
    }
}
