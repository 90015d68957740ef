using System.Net.NetworkInformation;
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
    private readonly Lock _gate = new();
    private long _startedAt = Clock.Now;
    private TimeSpan? _resetAfter;
    private volatile bool _hasStarted;

    /// <summary>How the stream ended.</summary>
    public StreamEnd Kind { get; private set; }

    /// <summary>When it ended, or when the wait for its end was given up.</summary>
    public TimeSpan After { get; private set; }

    /// <summary>
    /// The same time; null if the half-close had not begun, because an earlier end has nothing to do with it.
    /// </summary>
    public TimeSpan? AfterHalfClose { get; private set; }

    /// <summary>When the connection was reset, if a call failed or the kernel reported it.</summary>
    public TimeSpan? ResetAfter
    {
        // One task sends and may set it; another reads and gets it.
        get
        {
            lock (_gate) return _resetAfter;
        }
    }

    /// <summary>How long ago the half-close began.</summary>
    public TimeSpan Elapsed =>
        TimeSpan.FromMicroseconds(Math.Max(0, Clock.Now - Volatile.Read(ref _startedAt)) / 1000.0);

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
        // A reset is reported to one call only: if Send has failed with it, Receive returns 0.
        if (ResetAfter is not null) MarkEnd(StreamEnd.Reset, Elapsed);
        else MarkEnd(StreamEnd.Fin, TimeSpan.FromTicks(Math.Max(0, (Elapsed - SinceLastSegment).Ticks)));
    }

    /// <summary><c>Send</c> failed: the connection was reset.</summary>
    public void OnSendFailed() => MarkReset();

    /// <summary><c>Receive</c> failed: the stream ended with a reset.</summary>
    public void OnReceiveFailed()
    {
        MarkReset();
        MarkEnd(StreamEnd.Reset, Elapsed);
    }

    /// <summary>Reading was given up without an end of stream.</summary>
    public void OnGivenUp() => MarkEnd(Kind, Elapsed);

    /// <summary>Records a reset that no call has reported: before our FIN only a reset leads to CLOSED.</summary>
    public void CheckState()
    {
        if (SocketState.Read(socket) == TcpState.Closed) MarkReset();
    }

    /// <summary>Records a pending reset before our FIN is queued, because <c>Shutdown</c> would hide it.</summary>
    public void CheckPendingReset()
    {
        if (SocketErrors.TakePending(socket) is not null) MarkReset();
    }

    private void MarkReset()
    {
        lock (_gate) _resetAfter ??= Elapsed;
    }

    private void MarkEnd(StreamEnd kind, TimeSpan after)
    {
        Kind = kind;
        After = after;
        AfterHalfClose = _hasStarted ? after : null;
    }
}
