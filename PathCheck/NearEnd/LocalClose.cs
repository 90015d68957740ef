using System.Net.Sockets;
using PathCheck.Protocol;
using TcpClose.Kernel;

namespace PathCheck.NearEnd;

/// <summary>
/// How a connection ended at the near end, and how long after the half-close began. If the kernel reports when an end
/// of stream arrived, that time counts, and not the time at which a busy machine read it.
/// </summary>
internal sealed class LocalClose(Socket socket)
{
    private long _startedAt = Clock.Now;
    private volatile bool _hasStarted;

    // One task sends and may set it; another reads and gets it.
    private volatile Failure? _failure;

    /// <summary>How the stream ended.</summary>
    public StreamEnd Kind { get; private set; }

    /// <summary>When it ended, or when the wait for its end was given up.</summary>
    public TimeSpan After { get; private set; }

    /// <summary>
    /// The same time; null if the half-close had not begun, because an earlier end has nothing to do with it.
    /// </summary>
    public TimeSpan? AfterHalfClose { get; private set; }

    /// <summary>When the connection was reset, if a call failed or the kernel reported it.</summary>
    public TimeSpan? ResetAfter => _failure is { Kind: StreamEnd.Reset } reset ? reset.After : null;

    /// <summary>How long ago the half-close began.</summary>
    public TimeSpan Elapsed => Clock.Since(Volatile.Read(ref _startedAt));

    private TimeSpan SinceLastSegment => SocketState.SinceLastSegment(socket) ?? TimeSpan.Zero;

    /// <summary>Our FIN follows: the half-close begins now.</summary>
    public void Start()
    {
        Volatile.Write(ref _startedAt, Clock.Now);
        _hasStarted = true;
    }

    /// <summary>The far end sent the first FIN: the half-close began when it arrived.</summary>
    public void StartAtFin() => Volatile.Write(ref _startedAt, Clock.Deadline(-SinceLastSegment));

    /// <summary><c>Receive</c> returned 0.</summary>
    public void OnFin()
    {
        // A failure is reported to one call only: if Send has failed with it, Receive returns 0.
        if (_failure is { } failure) MarkEnd(failure.Kind, Elapsed);
        else MarkEnd(StreamEnd.Fin, TimeSpan.FromTicks(Math.Max(0, (Elapsed - SinceLastSegment).Ticks)));
    }

    /// <summary><c>Send</c> failed: the connection was reset, or the kernel gave it up.</summary>
    public void OnSendFailed(SocketException error) => MarkFailure(error);

    /// <summary><c>Receive</c> failed: the stream ended with a reset, or without an end.</summary>
    public void OnReceiveFailed(SocketException error) => MarkEnd(MarkFailure(error).Kind, Elapsed);

    /// <summary>Reading was given up without an end of stream.</summary>
    public void OnGivenUp() => MarkEnd(Kind, Elapsed);

    /// <summary>
    /// Records a failure that no call has reported. Before our FIN is queued this is the last chance, because
    /// <c>Shutdown</c> would hide it.
    /// </summary>
    public void CheckPending()
    {
        if (SocketErrors.TakePending(socket) is { } pending) MarkFailure(pending);
    }

    // The first failure counts. One that is no reset means that the kernel has given up: no end was observed.
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
