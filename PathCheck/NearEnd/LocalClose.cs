using System.Net.NetworkInformation;
using System.Net.Sockets;
using PathCheck.Protocol;
using TcpClose.Kernel;

namespace PathCheck.NearEnd;

/// <summary>
/// How a connection ended for the near end, and when, since the half-close began. If the kernel knows when an end of
/// stream arrived, that counts, and not when a busy machine read it.
/// </summary>
internal sealed class LocalClose(Socket socket)
{
    private long _startedAt = Clock.Now;
    private bool _hasStarted;

    /// <summary>How the stream ended.</summary>
    public StreamEnd Kind { get; private set; }

    /// <summary>When it ended, or when the wait for that was given up.</summary>
    public TimeSpan After { get; private set; }

    /// <summary>The same; null if the half-close had not begun: an end before it has nothing to do with it.</summary>
    public TimeSpan? AfterHalfClose { get; private set; }

    /// <summary>When the connection was reset, if a call failed or the kernel reported it.</summary>
    public TimeSpan? ResetAfter { get; private set; }

    /// <summary>How long ago the half-close began.</summary>
    public TimeSpan Elapsed => TimeSpan.FromMicroseconds(Math.Max(0, Clock.Now - _startedAt) / 1000.0);

    /// <summary>Our FIN follows: the time counts from now on.</summary>
    public void Start()
    {
        _startedAt = Clock.Now;
        _hasStarted = true;
    }

    /// <summary>The far end's FIN was the first: the time counts from its arrival.</summary>
    public void StartAtFin() => _startedAt = Clock.Deadline(-SinceLastSegment);

    /// <summary>The end of stream was read.</summary>
    public void OnFin()
    {
        // A reset is reported to one call only: if Send has met it, Receive returns 0.
        Kind = ResetAfter is null ? StreamEnd.Fin : StreamEnd.Reset;
        After = Kind == StreamEnd.Fin ? TimeSpan.FromTicks(Math.Max(0, (Elapsed - SinceLastSegment).Ticks)) : Elapsed;
        AfterHalfClose = _hasStarted ? After : null;
    }

    /// <summary>A call has failed.</summary>
    public void OnReset() => ResetAfter ??= Elapsed;

    /// <summary>Reading has failed, or was given up.</summary>
    public void OnMissingFin(bool reset)
    {
        if (reset) Kind = StreamEnd.Reset;
        After = Elapsed;
        AfterHalfClose = _hasStarted ? After : null;
    }

    /// <summary>Before our own FIN only a reset leads to CLOSED, whether or not a call has met it.</summary>
    public void CheckState()
    {
        if (SocketState.Read(socket) == TcpState.Closed) OnReset();
    }

    /// <summary>
    /// Before our FIN: notes a reset that no call has met yet, because <c>Shutdown</c> would hide it.
    /// </summary>
    public void CheckPendingReset()
    {
        if (SocketErrors.TakePending(socket) is not null) OnReset();
    }

    private TimeSpan SinceLastSegment => SocketState.SinceLastSegment(socket) ?? TimeSpan.Zero;
}
