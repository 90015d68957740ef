using TcpClose.Events;

namespace TcpClose.Sockets;

/// <summary>How a connection ended.</summary>
public enum ConnectionEndKind
{
    /// <summary>We closed it, and no RST had arrived.</summary>
    Closed,

    /// <summary>The peer sent a RST.</summary>
    Reset,

    /// <summary>We sent a RST.</summary>
    Aborted,

    /// <summary>The kernel gave up, because the peer no longer answered.</summary>
    TimedOut,
}

/// <summary>How and why a connection ended. Only the first cause counts.</summary>
/// <param name="Kind">How it ended.</param>
/// <param name="Call">The call that ended it or found it ended; the default value for our own close.</param>
/// <param name="Cause">The call that failed, or why we aborted; null for our own close.</param>
public sealed record ConnectionEnd(ConnectionEndKind Kind, CallSample Call, string? Cause)
{
    /// <summary>
    /// Reports any end except our own close, which <see cref="ObservedSocket.Dispose"/> has already reported. An abort
    /// after both FINs is reported as a close.
    /// </summary>
    internal void ReportTo(IConnectionObserver observer)
    {
        if (Cause is null) return;
        switch (Kind)
        {
            case ConnectionEndKind.Closed:
                observer.SocketClosed(Call.CalledAt!.Value);
                break;
            case ConnectionEndKind.Reset:
                observer.ResetReceived(Call, Cause);
                break;
            case ConnectionEndKind.Aborted:
                observer.Aborted(Call, Cause);
                break;
            case ConnectionEndKind.TimedOut:
                observer.ConnectionTimedOut(Call, Cause);
                break;
            default:
                throw new InvalidOperationException($"no event for {Kind}");
        }
    }
}

/// <summary>Thrown by a call on a connection that has ended. <see cref="ObservedSocket.End"/> has the cause.</summary>
public sealed class ConnectionEndedException(ConnectionEnd end)
    : IOException($"the connection has ended: {end.Kind}, {end.Cause}");
