using System.Net.NetworkInformation;
using System.Net.Sockets;
using TcpClose;

namespace EchoClient.Verdict;

/// <summary>
/// How a connection ended for us, and when, since the half-close began. Where the kernel says when an end of stream came,
/// that counts, and not when a busy machine came to read it.
/// </summary>
internal sealed class OwnEnd(Socket socket)
{
    private long _startedAt = Clock.Now;
    private bool _hasStarted;

    /// <summary>How the stream ended.</summary>
    public Ending Kind { get; private set; }

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
    public void StartAtFin() => _startedAt = Clock.In(-Ago);

    /// <summary>The end of stream was read.</summary>
    public void Fin()
    {
        // A reset is told to one call only: where Send has met it, Receive returns 0.
        Kind = ResetAfter is null ? Ending.Fin : Ending.Reset;
        After = Kind == Ending.Fin ? TimeSpan.FromTicks(Math.Max(0, (Elapsed - Ago).Ticks)) : Elapsed;
        AfterHalfClose = _hasStarted ? After : null;
    }

    /// <summary>A call has failed.</summary>
    public void Reset() => ResetAfter ??= Elapsed;

    /// <summary>Reading has failed, or was waited for in vain.</summary>
    public void NoFin(bool reset)
    {
        if (reset) Kind = Ending.Reset;
        After = Elapsed;
        AfterHalfClose = _hasStarted ? After : null;
    }

    /// <summary>Before our own FIN only a reset makes it CLOSED, whether or not a call has met it.</summary>
    public void LookAtState()
    {
        if (SocketState.Read(socket) == TcpState.Closed) Reset();
    }

    /// <summary>Before our FIN: a reset that no call has met yet is noted, for <c>Shutdown</c> would hide it.</summary>
    public void LookForPending()
    {
        if (SocketErrors.TakePending(socket) is not null) Reset();
    }

    private TimeSpan Ago => SocketState.SinceLastSegment(socket) ?? TimeSpan.Zero;
}
