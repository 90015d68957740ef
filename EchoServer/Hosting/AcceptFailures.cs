using System.Net.Sockets;
using Serilog.Events;
using TcpClose.Cli;
using TcpClose.Events;

namespace EchoServer.Hosting;

/// <summary>
/// Handles a failed <c>Accept</c>. If the listener itself fails, accepting is retried after growing pauses, until a
/// time limit.
/// </summary>
internal sealed class AcceptFailures(CloseLog log)
{
    private static readonly TimeSpan
        FirstPause = TimeSpan.FromMilliseconds(10),
        MaxPause = TimeSpan.FromSeconds(1);

    private TimeSpan _pause;
    private long _since;

    /// <summary>How long the listener may fail before the server gives up.</summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Ends the retries, because a connection was accepted.</summary>
    public void Clear()
    {
        if (_pause == TimeSpan.Zero) return;
        _pause = TimeSpan.Zero;
        log.Note(LogEventLevel.Warning, "Accept succeeds again");
    }

    /// <summary>Handles a failed accept: pauses, unless only one connection was affected.</summary>
    /// <exception cref="CommandException">The listener has failed for too long.</exception>
    public void Handle(SocketException error, CancellationToken stop)
    {
        if (IsOfOneConnection(error.SocketErrorCode))
        {
            log.Note(LogEventLevel.Debug, $"a connection ended in the backlog ({error.SocketErrorCode})");
            return;
        }

        if (_pause == TimeSpan.Zero)
        {
            _since = Environment.TickCount64;
            log.Note(LogEventLevel.Warning,
                $"Accept failed ({error.SocketErrorCode}); retrying for {new Duration(GiveUpAfter)}");
        }
        else if (Environment.TickCount64 - _since > GiveUpAfter.TotalMilliseconds)
        {
            throw new CommandException(
                $"Accept still fails after {new Duration(GiveUpAfter)} ({error.SocketErrorCode}: {error.Message}): "
                + "remove the cause and start the server again.");
        }

        _pause = _pause == TimeSpan.Zero ? FirstPause : _pause * 2 < MaxPause ? _pause * 2 : MaxPause;
        stop.WaitHandle.WaitOne(_pause);
    }

    // On Linux accept(2) also returns the new connection's pending network errors.
    private static bool IsOfOneConnection(SocketError error) => error is
        SocketError.ConnectionAborted or SocketError.ConnectionReset or SocketError.NetworkDown or SocketError.HostDown
        or SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.ProtocolOption
        or SocketError.OperationNotSupported;
}
