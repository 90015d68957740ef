using Serilog.Events;
using TcpClose;

namespace EchoServer;

/// <summary>
/// Holds the accept loop back while there is no room: too many connections, or too few file descriptors left. Clients
/// meanwhile wait in the kernel's backlog, connected but not served. It says so once, when it begins and when it is over.
/// </summary>
internal sealed class AcceptGate(int maxConnections, OpenConnections connections, CloseLog log)
{
    private readonly DescriptorLimit _descriptors = new();
    private int? _pausedAt;

    /// <summary>Waits until there is room for one more connection.</summary>
    public async ValueTask WaitAsync(CancellationToken stop)
    {
        while (Full() is { } reason)
        {
            if (_pausedAt is null) log.Note(LogEventLevel.Warning, $"accepting pauses: {reason}");
            _pausedAt ??= connections.Count;
            await connections.OneEndsAsync(stop);
        }

        // Only when half of them have gone is it over: otherwise every single end would be a line.
        if (_pausedAt is not { } paused || connections.Count > paused / 2) return;
        _pausedAt = null;
        log.Note(LogEventLevel.Warning, $"accepting goes on: {connections.Count} connections are open");
    }

    private string? Full()
    {
        int open = connections.Count;
        if (open >= maxConnections) return $"{open} connections are open (--max-connections)";
        return _descriptors.IsShort(open) ? $"{open} connections, few descriptors left (ulimit -n {_descriptors.Limit})" : null;
    }
}
