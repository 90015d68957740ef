using System.Collections.Concurrent;
using Serilog.Events;
using TcpClose;

namespace EchoServer;

/// <summary>
/// The connections that are open now. Every one is known from its accept to its end, so that a stop can wait for them
/// all; one timer for all of them aborts those whose client keeps them waiting.
/// </summary>
internal sealed class OpenConnections : IDisposable
{
    private readonly ConcurrentDictionary<EchoConnection, Task> _open = new();
    private readonly CancellationTokenSource _aborting = new();
    private readonly TimeSpan _idleTimeout;
    private readonly CloseLog _log;
    private readonly Timer _idle;
    private TaskCompletionSource? _nextEnd;
    private int _count;

    /// <summary>Watches for connections that wait longer than <paramref name="idleTimeout"/>, to within a tenth of it.</summary>
    public OpenConnections(TimeSpan idleTimeout, CloseLog log)
    {
        _idleTimeout = idleTimeout;
        _log = log;
        TimeSpan period = TimeSpan.FromMilliseconds(Math.Clamp(idleTimeout.TotalMilliseconds / 10, 10, 1000));
        _idle = new Timer(_ => AbortIdle(), null, period, period);
    }

    /// <summary>Raised after the end of each.</summary>
    public event Action? Ended;

    /// <summary>How many are open.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Serves a connection until its end.</summary>
    public void Start(EchoConnection connection, long acceptedAt)
    {
        // Entered before it starts, so that it can leave at its end.
        var serving = new Task<Task>(() => ServeAsync(connection, acceptedAt));
        _open[connection] = serving.Unwrap();
        Interlocked.Increment(ref _count);
        serving.Start(TaskScheduler.Default);
    }

    /// <summary>Completes when the next connection ends. One waiter at a time.</summary>
    public Task NextEnd()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _nextEnd, ended);
        return ended.Task;
    }

    /// <summary>Waits until none is open.</summary>
    /// <returns>Whether that was so before <paramref name="limit"/> and <paramref name="now"/>.</returns>
    public async Task<bool> EmptyAsync(TimeSpan limit, CancellationToken now)
    {
        try
        {
            await Task.WhenAll(_open.Values).WaitAsync(limit, now);
            return true;
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Aborts every connection.</summary>
    public void AbortAll(string why)
    {
        foreach (EchoConnection connection in _open.Keys) connection.End.Abort($"{why}, {connection.Call.InWords}");
        _aborting.Cancel();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _idle.Dispose();
        _aborting.Dispose();
    }

    private async Task ServeAsync(EchoConnection connection, long acceptedAt)
    {
        try
        {
            await connection.RunAsync(acceptedAt, _aborting.Token);
        }
        catch (Exception defect)
        {
            // Nothing that a client does comes here. One connection's defect is said, and is not the others' end.
            _log.Note(LogEventLevel.Error, $"defect: {defect.GetType().Name}, {defect.Message}");
        }
        finally
        {
            _open.TryRemove(connection, out _);
            Interlocked.Decrement(ref _count);
            Interlocked.Exchange(ref _nextEnd, null)?.TrySetResult();
            Ended?.Invoke();
        }
    }

    private void AbortIdle()
    {
        foreach ((EchoConnection connection, _) in _open) connection.End.AbortIfIdle(_idleTimeout);
    }
}
