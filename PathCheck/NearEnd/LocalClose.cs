using System.Net.Sockets;
using PathCheck.Protocol;
using TcpClose.Kernel;

namespace PathCheck.NearEnd;

/// <summary>
/// Records how a connection ended at the near end, and how long after the beginning of the half-close. If the kernel
/// reports when the FIN arrived, that time counts, not the time at which the FIN was read.
/// </summary>
internal sealed class LocalClose(Socket socket)
{
    private long _startedAt = Clock.Now;
    private volatile bool _hasStarted;

    // The sending task and the receiving task both use this field.
    private volatile Failure? _failure;

    /// <summary>How the stream ended.</summary>
    public StreamEnd Kind { get; private set; }

    /// <summary>
    /// The time from the beginning of the half-close until the stream ended or the wait was given up. If our half-close
    /// had not begun, the time is counted from the opening of the connection.
    /// </summary>
    public TimeSpan After { get; private set; }

    /// <summary>
    /// The same as <see cref="After"/>; null if our half-close had not begun, and so did not cause the end.
    /// </summary>
    public TimeSpan? AfterHalfClose { get; private set; }

    /// <summary>The time from the beginning of the half-close to a reset; null if none was reported.</summary>
    public TimeSpan? ResetAfter => _failure is { Kind: StreamEnd.Reset } reset ? reset.After : null;

    /// <summary>When our half-close began, on <see cref="Clock"/>; null if it has not.</summary>
    public long? StartedAt => _hasStarted ? Volatile.Read(ref _startedAt) : null;

    /// <summary>How long ago the half-close began; before that, how long ago the connection was opened.</summary>
    public TimeSpan Elapsed => Clock.Since(Volatile.Read(ref _startedAt));

    private TimeSpan SinceLastSegment => SocketState.SinceLastSegment(socket) ?? TimeSpan.Zero;

    /// <summary>Begins the half-close now: in most checks our FIN is sent next.</summary>
    public void Start()
    {
        Volatile.Write(ref _startedAt, Clock.Now);
        _hasStarted = true;
    }

    /// <summary>Begins the half-close at the arrival of the far end's FIN, because that FIN was the first.</summary>
    public void StartAtFin() => Volatile.Write(ref _startedAt, Clock.Deadline(-SinceLastSegment));

    /// <summary>Records that <c>Receive</c> returned 0.</summary>
    public void OnFin()
    {
        // A failure is reported to one call only. If another call has reported it, Receive returns 0.
        if (_failure is { } failure) MarkEnd(failure.Kind, Elapsed);
        else MarkEnd(StreamEnd.Fin, TimeSpan.FromTicks(Math.Max(0, (Elapsed - SinceLastSegment).Ticks)));
    }

    public void OnSendFailed(SocketException error) => MarkFailure(error);

    public void OnReceiveFailed(SocketException error) => MarkEnd(MarkFailure(error).Kind, Elapsed);

    /// <summary>Records that reading was given up.</summary>
    public void OnGivenUp() => MarkEnd(Kind, Elapsed);

    /// <summary>
    /// Records a failure that no call has reported. <c>Shutdown</c> would hide the failure, so this method must be
    /// called first.
    /// </summary>
    public void CheckPending()
    {
        if (SocketErrors.TakePending(socket) is { } pending) MarkFailure(pending);
    }

    // The first failure counts. If it is not a reset, the kernel has given up.
    private Failure MarkFailure(SocketException error)
    {
        var failure = new Failure(SocketErrors.IsReset(error) ? StreamEnd.Reset : StreamEnd.Nothing, Elapsed);
        return Interlocked.CompareExchange(ref _failure, failure, null) ?? failure;
    }

    private void MarkEnd(StreamEnd kind, TimeSpan after)
    {
        Kind = kind;
        After = after;
        AfterHalfClose = _hasStarted ? after : null;
    }

    private sealed record Failure(StreamEnd Kind, TimeSpan After);
}
