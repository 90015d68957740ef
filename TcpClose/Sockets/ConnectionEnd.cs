using TcpClose.Events;

namespace TcpClose.Sockets;

/// <summary>How a connection ended.</summary>
public enum ConnectionEndKind
{
    /// <summary>By our own <c>Close</c>, and nothing was reset.</summary>
    Closed,

    /// <summary>By the peer's RST.</summary>
    Reset,

    /// <summary>By our RST.</summary>
    Aborted,

    /// <summary>The kernel gave it up: the peer no longer answered.</summary>
    TimedOut,
}

/// <summary>The first cause that ended a connection. Later ones change nothing.</summary>
/// <param name="Kind">How it ended.</param>
/// <param name="Call">The call that ended it or that found it ended.</param>
/// <param name="Cause">
/// In words: the failed call of a reset or a time-out, or why we aborted; null for our own close.
/// </param>
public sealed record ConnectionEnd(ConnectionEndKind Kind, CallSample Call, string? Cause)
{
    /// <summary>
    /// Reports an end that was not our own close, which was reported when it was called. An abort that came after both
    /// FINs is a close.
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

/// <summary>
/// A call was made on a connection that has ended other than by our own close; <see cref="ObservedSocket.End"/> has the
/// cause.
/// </summary>
public sealed class ConnectionEndedException(ConnectionEnd end)
    : IOException($"the connection has ended: {end.Kind}, {end.Cause}");
