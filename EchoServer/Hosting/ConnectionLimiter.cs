using Serilog.Events;
using TcpClose.Cli;
using TcpClose.Events;

namespace EchoServer.Hosting;

/// <summary>
/// Limits the number of concurrent connections with a semaphore. Further connections wait in the kernel's backlog, with
/// their handshake complete. The limit is computed at start: it is --max-connections, or less if the process may have
/// too few file descriptors for that. Some descriptors stay free, because the .NET runtime itself fails if a process
/// has none left.
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

    /// <summary>
    /// Computes the maximum from <paramref name="maxConnections"/> and the process's limit of file descriptors.
    /// </summary>
    /// <exception cref="CommandException">Too few file descriptors are allowed for even one connection.</exception>
    /// <param name="maxConnections">The limit that the user has set.</param>
    /// <param name="log">Receives a warning when the limit is reached.</param>
    /// <param name="descriptorsEach">The number of file descriptors that a connection needs.</param>
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

    /// <summary>Makes room for another connection, because one has ended.</summary>
    public void Release()
    {
        _free.Release();
        if (Volatile.Read(ref _isPaused)) LogResumed();
    }

    /// <summary>Stops logging, because the server accepts no more connections.</summary>
    public void Stop()
    {
        lock (_logging) _isStopped = true;
    }

    /// <inheritdoc/>
    public void Dispose() => _free.Dispose();

    // Logs once when accepting pauses, and once when the number of connections has fallen to half. If accepting pauses
    // again within ten seconds of a logged pause, the new pause is not logged.
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
