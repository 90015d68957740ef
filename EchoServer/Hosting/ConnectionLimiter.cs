using Serilog.Events;
using TcpClose.Cli;
using TcpClose.Events;

namespace EchoServer.Hosting;

/// <summary>
/// The maximum number of concurrent connections: a semaphore. The others wait in the kernel's backlog, with their handshake done.
/// The number is fixed at start, from --max-connections and the limit of file descriptors: if a process has none left, the .NET
/// runtime itself fails.
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
    private long _quietUntil;

    /// <summary>Fixes the maximum.</summary>
    /// <exception cref="CommandException">Too few file descriptors are allowed for even one connection.</exception>
    public ConnectionLimiter(int maxConnections, CloseLog log)
    {
        var descriptors = new FileDescriptorLimit();
        descriptors.ThrowIfTooLow();
        bool few = descriptors.MaxConnections < maxConnections;
        _limit = few ? descriptors.MaxConnections : maxConnections;
        _reason = few ? $"few descriptors left (ulimit -n {descriptors.Limit})" : "(--max-connections)";
        _free = new SemaphoreSlim(_limit);
        _log = log;
    }

    /// <summary>Waits until another connection may be accepted, on the calling thread.</summary>
    /// <returns>False if <paramref name="stop"/> came first.</returns>
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

    /// <summary>A connection has ended.</summary>
    public void Release()
    {
        _free.Release();
        if (Volatile.Read(ref _isPaused)) LogResumed();
    }

    /// <summary>The server accepts no more: nothing is logged from now on.</summary>
    public void Stop()
    {
        lock (_logging) _isStopped = true;
    }

    /// <inheritdoc/>
    public void Dispose() => _free.Dispose();

    // Logs once when accepting pauses and once when the number of connections has fallen to half.
    private void LogPaused()
    {
        lock (_logging)
        {
            if (_isPaused || _isStopped || Environment.TickCount64 < _quietUntil) return;
            _isPaused = true;
            _quietUntil = Environment.TickCount64 + (long)LogInterval.TotalMilliseconds;
            _log.Note(LogEventLevel.Warning, $"accepting pauses: {Connections(_limit)}{(_reason[0] == '(' ? " " : ", ")}{_reason}");
        }
    }

    private void LogResumed()
    {
        lock (_logging)
        {
            int open = _limit - _free.CurrentCount;
            if (!_isPaused || _isStopped || open > _limit / 2) return;
            _isPaused = false;
            _log.Note(LogEventLevel.Warning, $"accepting goes on: {Connections(open)}");
        }
    }

    private static string Connections(int open) => open == 1 ? "1 connection" : $"{open} connections";
}
