using Serilog.Events;
using TcpClose.Sockets;

namespace EchoServer.Hosting;

/// <summary>
/// Holds the accept loop back while there is no room: too many connections, or too few file descriptors left. Clients
/// meanwhile wait in the kernel's backlog, connected but not served. It says so once: when it begins, and when half of
/// the connections have gone. A server that is full all the time says it every ten seconds at most.
/// </summary>
internal sealed class AcceptGate
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    private readonly int _maxConnections;
    private readonly ActiveConnections _connections;
    private readonly FileDescriptorLimit _descriptors;
    private readonly CloseLog _log;
    private readonly Lock _saying = new();
    private int? _pausedAt;
    private long _quietUntil;

    public AcceptGate(int maxConnections, ActiveConnections connections, FileDescriptorLimit descriptors, CloseLog log)
    {
        _maxConnections = maxConnections;
        _connections = connections;
        _descriptors = descriptors;
        _log = log;
        connections.Closed += SayIfOver;
    }

    /// <summary>Waits until there is room for one more connection.</summary>
    public async ValueTask WaitAsync(CancellationToken stop)
    {
        while (_connections.Count is var open && Full(open) is { } reason)
        {
            SayPaused(reason, open);

            // Looked at once more after the wait was registered: a connection that ended in between is not missed.
            // Descriptors can also come free elsewhere, hence the limit.
            Task nextEnd = _connections.NextClosed();
            if (Full(_connections.Count) is null) break;
            try
            {
                await nextEnd.WaitAsync(TimeSpan.FromSeconds(1), stop);
            }
            catch (TimeoutException)
            {
            }
        }
    }

    private string? Full(int open)
    {
        if (open >= _maxConnections) return $"{Connections(open)} (--max-connections)";
        return _descriptors.IsNearLimit(open) ? $"{Connections(open)}, few descriptors left (ulimit -n {_descriptors.Limit})" : null;
    }

    private void SayPaused(string reason, int open)
    {
        lock (_saying)
        {
            if (_pausedAt is not null || Environment.TickCount64 < _quietUntil) return;
            _pausedAt = open;
            _quietUntil = Environment.TickCount64 + (long)Quiet.TotalMilliseconds;
            _log.Note(LogEventLevel.Warning, $"accepting pauses: {reason}");
        }
    }

    private void SayIfOver()
    {
        lock (_saying)
        {
            int open = _connections.Count;
            if (_pausedAt is not { } paused || open > paused / 2) return;
            _pausedAt = null;
            _log.Note(LogEventLevel.Warning, $"accepting goes on: {Connections(open)}");
        }
    }

    private static string Connections(int open) => open == 1 ? "1 connection" : $"{open} connections";
}
