using System.Net.Sockets;
using Serilog.Events;
using TcpClose.Cli;
using TcpClose.Events;

namespace EchoServer.Hosting;

/// <summary>
/// What a failed <c>Accept</c> means. Either one connection ended while it waited in the backlog, or the listener itself cannot go
/// on: then it is tried again, ever more seldom, and given up in the end.
/// </summary>
internal sealed class AcceptFailures(CloseLog log)
{
    private static readonly TimeSpan
        FirstPause = TimeSpan.FromMilliseconds(10),
        LongestPause = TimeSpan.FromSeconds(1),
        GiveUpAfter = TimeSpan.FromSeconds(30);

    private TimeSpan _pause;
    private long _since;

    /// <summary>A connection was accepted: the listener is well.</summary>
    public void Clear()
    {
        if (_pause == TimeSpan.Zero) return;
        _pause = TimeSpan.Zero;
        log.Note(LogEventLevel.Warning, "Accept succeeds again");
    }

    /// <summary>Pauses after a failure of the listener; returns immediately if only one connection was concerned.</summary>
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
            log.Note(LogEventLevel.Warning, $"Accept failed ({error.SocketErrorCode}); trying again for {new Duration(GiveUpAfter)}");
        }
        else if (Environment.TickCount64 - _since > GiveUpAfter.TotalMilliseconds)
        {
            throw new CommandException($"no connection can be accepted any more ({error.SocketErrorCode}): {error.Message}.");
        }

        _pause = _pause == TimeSpan.Zero ? FirstPause : _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
        stop.WaitHandle.WaitOne(_pause);
    }

    // accept(2) on Linux also returns network errors that were pending on the new connection.
    private static bool IsOfOneConnection(SocketError error) => error is
        SocketError.ConnectionAborted or SocketError.ConnectionReset or SocketError.NetworkDown or SocketError.HostDown
        or SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.ProtocolOption or SocketError.OperationNotSupported;
}
