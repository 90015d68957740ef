using Serilog.Events;
using TcpClose.Cli;
using TcpClose.Events;

namespace EchoServer.Hosting;

/// <summary>
/// Limits the number of concurrent connections. Further connections wait in the kernel's backlog, with their handshake
/// complete. The limit is --max-connections, or less if too few file descriptors are allowed.
/// </summary>
internal sealed class ConnectionLimiter : IDisposable
{
    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _free;
    private readonly int _limit;
    private readonly string _reason;
    private readonly CloseLog _log;
    private readonly Lock _logging = new();
    private bool _isPaused, _isStopped;
    private long _nextLogAt;

    /// <summary>Computes the limit.</summary>
    /// <exception cref="CommandException">Too few file descriptors are allowed for even one connection.</exception>
    public ConnectionLimiter(int maxConnections, CloseLog log, int descriptorsEach = 1)
    {
        var descriptors = new FileDescriptorLimit();
        int allowed = descriptors.MaxConnections(descriptorsEach);
        bool few = allowed < maxConnections;
        _limit = few ? allowed : maxConnections;
        _reason = few ? $"limited by the file descriptors (ulimit -n {descriptors.Limit})" : "(--max-connections)";
        _free = new SemaphoreSlim(_limit);
        _log = log;
    }

    /// <summary>Blocks the calling thread until another connection may be accepted.</summary>
    /// <returns>False if <paramref name="stop"/> was cancelled first.</returns>
    public bool TryWait(CancellationToken stop)
    {
        if (stop.IsCancellationRequested) return false;
        if (_free.Wait(0, CancellationToken.None)) return true;
        LogPaused();
        try
        {
            _free.Wait(stop);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Makes room for another connection.</summary>
    public void Release()
    {
        _free.Release();
        if (Volatile.Read(ref _isPaused)) LogResumed();
    }

    /// <summary>Stops logging.</summary>
    public void Stop()
    {
        lock (_logging) _isStopped = true;
    }

    /// <inheritdoc/>
    public void Dispose() => _free.Dispose();

    // Logs that accepting pauses: at most once in ten seconds, and not again before LogResumed has logged.
    private void LogPaused()
    {
        lock (_logging)
        {
            if (_isPaused || _isStopped || Environment.TickCount64 < _nextLogAt) return;
            _isPaused = true;
            _nextLogAt = Environment.TickCount64 + (long)LogInterval.TotalMilliseconds;
            string separator = _reason[0] == '(' ? " " : ", ";
            _log.Note(LogEventLevel.Warning,
                $"accepting paused: {ActiveConnections.Describe(_limit)}{separator}{_reason}");
        }
    }

    private void LogResumed()
    {
        lock (_logging)
        {
            int open = _limit - _free.CurrentCount;
            if (!_isPaused || _isStopped || open > _limit / 2) return;
            _isPaused = false;
            _log.Note(LogEventLevel.Warning, $"accepting resumed: {ActiveConnections.Describe(open)}");
        }
    }
}
