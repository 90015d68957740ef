using System.Net.NetworkInformation;
using System.Net.Sockets;
using TcpClose.Kernel;

namespace EchoClient.Verdict;

/// <summary>
/// How a connection ended for us, and when, since the half-close began. Where the kernel says when an end of stream came,
/// that counts, and not when a busy machine came to read it.
/// </summary>
internal sealed class LocalClose(Socket socket)
{
    private long _startedAt = Clock.Now;
    private bool _hasStarted;

    /// <summary>How the stream ended.</summary>
    public StreamEnd Kind { get; private set; }

    /// <summary>When; or when nothing more was waited for.</summary>
    public TimeSpan After { get; private set; }

    /// <summary>The same, where the half-close had begun: an end before it has nothing to do with it.</summary>
    public TimeSpan? AfterHalfClose { get; private set; }

    /// <summary>When the connection was reset, where a reset met a call or the kernel says so.</summary>
    public TimeSpan? ResetAfter { get; private set; }

    /// <summary>How long ago the half-close began.</summary>
    public TimeSpan Elapsed => TimeSpan.FromMicroseconds(Math.Max(0, Clock.Now - _startedAt) / 1000.0);

    /// <summary>Our FIN follows: the time counts from now on.</summary>
    public void Start()
    {
        _startedAt = Clock.Now;
        _hasStarted = true;
    }

    /// <summary>The server's FIN was the first: the time counts from when it came.</summary>
    public void StartAtFin() => _startedAt = Clock.Deadline(-Ago);

    /// <summary>The end of stream was read.</summary>
    public void OnFin()
    {
        // A reset is told to one call only: where Send has met it, Receive returns 0.
        Kind = ResetAfter is null ? StreamEnd.Fin : StreamEnd.Reset;
        After = Kind == StreamEnd.Fin ? TimeSpan.FromTicks(Math.Max(0, (Elapsed - Ago).Ticks)) : Elapsed;
        AfterHalfClose = _hasStarted ? After : null;
    }

    /// <summary>A call has failed.</summary>
    public void OnReset() => ResetAfter ??= Elapsed;

    /// <summary>Reading has failed, or was waited for in vain.</summary>
    public void OnMissingFin(bool reset)
    {
        if (reset) Kind = StreamEnd.Reset;
        After = Elapsed;
        AfterHalfClose = _hasStarted ? After : null;
    }

    /// <summary>Before our own FIN only a reset makes it CLOSED, whether or not a call has met it.</summary>
    public void CheckState()
    {
        if (SocketState.Read(socket) == TcpState.Closed) OnReset();
    }

    /// <summary>Before our FIN: a reset that no call has met yet is noted, for <c>Shutdown</c> would hide it.</summary>
    public void CheckPendingReset()
    {
        if (SocketErrors.TakePending(socket) is not null) OnReset();
    }

    private TimeSpan Ago => SocketState.SinceLastSegment(socket) ?? TimeSpan.Zero;
}
