using System.Net.Sockets;
using PathCheck.Classifying;
using PathCheck.Protocol;
using TcpClose.Cli;
using TcpClose.Kernel;
using TcpClose.Scenarios;

namespace PathCheck.NearEnd;

/// <summary>
/// One connection of a check: connects, sends, receives and requests reports. The checks themselves call
/// <c>Shutdown</c> and <c>Dispose</c>, and set linger.
/// </summary>
internal sealed class Probe : IDisposable
{
    private const int BufferSize = 64 * 1024;
    private static readonly TimeSpan HoldStep = TimeSpan.FromMilliseconds(10);

    private readonly FarEndClient _far;
    private readonly ReportPoller _reports;
    private readonly byte[] _buffer = new byte[BufferSize];
    private readonly long _openedAt = Clock.Now;
    private readonly List<long> _sentTimes = [];

    // The bytes after the request.
    private long _sent;

    // _lastReceivedAfter: when the last byte was received, counted like LocalClose.After. _finGap: the time from that
    // byte to the end of stream.
    private TimeSpan? _lastReceivedAfter, _finGap;

    private Probe(FarEndClient far, Socket socket, ConnectionId id, Payload expected)
    {
        _far = far;
        _reports = new ReportPoller(far, id);
        Socket = socket;
        Id = id;
        End = new LocalClose(socket);
        Received = new PayloadComparison(expected);
    }

    /// <summary>The socket, for the calls that the checks make themselves.</summary>
    public Socket Socket { get; }

    /// <summary>The id under which the far end records the connection.</summary>
    public ConnectionId Id { get; }

    /// <summary>What was received, compared with what was expected.</summary>
    public PayloadComparison Received { get; }

    /// <summary>Whether the path stopped accepting bytes: the rest was never sent.</summary>
    public bool HasStalled { get; private set; }

    /// <summary>When the kernel took each part of what was sent, on <see cref="Clock"/>.</summary>
    public IReadOnlyList<long> SentTimes => _sentTimes;

    /// <summary>How the connection ended at the near end.</summary>
    public LocalClose End { get; }

    /// <summary>How long the near end was silent; zero if the check has no such silence.</summary>
    public TimeSpan ActualHold { get; private set; }

    /// <summary>Connects and sends the request.</summary>
    public static async Task<Probe> OpenAsync(FarEndClient far, PathRequest request, Payload? expected = null)
    {
        var id = ConnectionId.Next();
        var probe = new Probe(far, await far.ConnectAsync(), id, expected ?? Payload.None);
        await probe.SendAsync(Payload.Of((request with { Id = id }).ToLine()));
        probe._sent = 0;
        probe._sentTimes.Clear();
        return probe;
    }

    public NearObservation Observe() => new(Received.Received, Received.Expected, Received.IsAltered)
    {
        HasStalled = HasStalled,
        Sent = _sent,
        FinSentAfter = End.StartedAt is { } at ? TimeSpan.FromMicroseconds((at - _openedAt) / 1000) : TimeSpan.Zero,
        End = End.Kind,
        EndedAfter = End.After,
        EndedAfterHalfClose = End.AfterHalfClose,
        ResetAfter = End.ResetAfter,
        ActualHold = ActualHold,
        FinGap = _finGap,
        Pause = PauseDetector.OfProcess.LongestSince(Clock.Since(_openedAt)),
    };

    /// <summary>
    /// Waits until the far end has received the request, so that a later cut is an effect of the half-close.
    /// </summary>
    public Task WaitUntilRegisteredAsync() => ReportAsync(report => report.End != ReportedEnd.Unknown);

    /// <summary>Returns what the far end has observed, as soon as that is enough or the time-out has expired.</summary>
    /// <param name="enough">Whether a report contains what the check needs.</param>
    /// <param name="waited">The part of the time-out that has passed already.</param>
    /// <exception cref="CommandException">The far end does not answer, or its report cannot be used.</exception>
    /// <exception cref="ConnectionNotServedException">The far end has never had a record of the connection.</exception>
    public async Task<ConnectionReport> ReportAsync(
        Func<ConnectionReport, bool> enough, TimeSpan waited = default)
    {
        ConnectionReport report = await _reports.PollAsync(enough, waited);
        return report.End == ReportedEnd.Unknown ? throw new ConnectionNotServedException()
            : IsFinLate(report) ? report with { Fin = null, LateFin = report.Fin }
            : report;
    }

    /// <summary>Sends everything. Stops early at a reset, or if the path accepts no byte within the time-out.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="until">When to stop in any case, on <see cref="Clock"/>.</param>
    /// <param name="longer">Added to the time-out.</param>
    public async Task SendAsync(Payload bytes, long until = long.MaxValue, TimeSpan longer = default)
    {
        byte[] buffer = new byte[Math.Min(BufferSize, bytes.Length)];
        using var limit = new TransferDeadline(bytes.Length, _far.Timeout + longer, _far.Stop);
        try
        {
            for (long position = 0; position < bytes.Length && Clock.Now < until;)
            {
                Memory<byte> part = buffer.AsMemory(0, (int)Math.Min(BufferSize, bytes.Length - position));
                bytes.Fill(part.Span, position);
                int count = await Socket.SendAsync(part, limit.Token);
                position += count;
                _sent += count;
                _sentTimes.Add(Clock.Now);
                limit.Restart();
            }
        }
        catch (SocketException e)
        {
            // If the failure is not a reset, the kernel gave up, because the path accepted nothing.
            End.OnSendFailed(e);
            HasStalled = End.ResetAfter is null;
        }
        catch (OperationCanceledException) when (!_far.Stop.IsCancellationRequested)
        {
            HasStalled = true;
        }
    }

    /// <summary>
    /// Reads until the stream ends, fails or is too long, or a <see cref="TransferDeadline"/> expires.
    /// </summary>
    /// <param name="longer">Added to the time-out.</param>
    /// <param name="pace">The pace of a slow reader; null to read as fast as possible.</param>
    /// <param name="quiet">How long to wait for the end after the last expected byte; null for the time-out.</param>
    public async Task ReadToEndAsync(TimeSpan longer = default, ReadingPace? pace = null, TimeSpan? quiet = null)
    {
        using var limit = new TransferDeadline(Received.Expected, _far.Timeout + longer, _far.Stop);
        try
        {
            while (Take(await Socket.ReceiveAsync(_buffer.AsMemory(), limit.Token)))
            {
                if (pace is not null) await pace.DelayAsync(Received.Received, t => Task.Delay(t, _far.Stop));
                if (Received.Received < Received.Expected) limit.Restart();
                else limit.EndWithin(quiet ?? _far.Timeout);
            }
        }
        catch (SocketException e)
        {
            End.OnReceiveFailed(e);
        }
        catch (OperationCanceledException) when (!_far.Stop.IsCancellationRequested)
        {
            ReadWhatHasArrived();
        }
    }

    /// <summary>
    /// Reads what has already arrived, without waiting. If this process was paused, bytes may have arrived in time,
    /// although the deadline has passed.
    /// </summary>
    internal void ReadWhatHasArrived()
    {
        try
        {
            while (Socket.Poll(TimeSpan.Zero, SelectMode.SelectRead))
                if (!Take(Socket.Receive(_buffer))) return;
            End.OnGivenUp();
        }
        catch (SocketException e)
        {
            End.OnReceiveFailed(e);
        }
    }

    /// <summary>
    /// Sends single bytes with a silence before each, until all are sent or the connection has failed.
    /// </summary>
    public async Task DripAsync(Drip drip)
    {
        byte[] one = new byte[1];
        for (long position = 0; position < drip.Count && !HasStalled && End.ResetAfter is null; position++)
        {
            await HoldAsync(drip.Interval * (position + 1));
            TestPattern.Fill(one, position);
            await SendAsync(Payload.Of(one));
        }
    }

    /// <summary>Sends nothing until the hold is over, and checks regularly whether the connection has failed.</summary>
    public async Task HoldAsync(TimeSpan hold)
    {
        while (hold - End.Elapsed is var left && left > TimeSpan.Zero)
        {
            await Task.Delay(left < HoldStep ? left : HoldStep, _far.Stop);
            End.CheckPending();
        }

        ActualHold = End.Elapsed;
    }

    /// <summary>Waits for a reset without sending or receiving.</summary>
    /// <param name="until">When to give up, on <see cref="Clock"/>.</param>
    public async Task WatchAsync(long until)
    {
        for (; End.ResetAfter is null && Clock.Now < until; End.CheckPending())
            await Task.Delay(HoldStep, _far.Stop);
    }

    /// <inheritdoc/>
    public void Dispose() => Socket.Dispose();

    // A FIN counts as not forwarded if it arrives more than the time-out after our half-close and after the last byte.
    private bool IsFinLate(ConnectionReport report) => End.StartedAt is { } at
        && TimeSpan.FromMicroseconds(report.Fin - Math.Max(report.Last ?? 0, (at - _openedAt) / 1000) ?? 0)
            > _far.Timeout;

    // Returns whether to continue reading.
    private bool Take(int count)
    {
        Received.Add(_buffer.AsSpan(0, count));
        if (count > 0) _lastReceivedAfter = End.Elapsed;
        if (count > 0 && !Received.IsTooLong) return true;
        if (count == 0) TakeFin();
        else End.OnGivenUp();
        return false;
    }

    // A busy machine may read the last bytes after the FIN has arrived. The gap is then zero.
    private void TakeFin()
    {
        End.OnFin();
        if (End.Kind == StreamEnd.Fin && End.After - _lastReceivedAfter is { } gap)
            _finGap = gap > TimeSpan.Zero ? gap : TimeSpan.Zero;
    }
}
