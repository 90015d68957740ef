using System.Collections.Concurrent;
using System.Net.Sockets;
using Serilog;
using Serilog.Events;
using TcpClose.Events;
using TcpClose.Sockets;

namespace EchoServer.Hosting;

/// <summary>
/// The connections that are open now. Every one is known from its accept to its end, so that a stop can wait for them
/// all; one timer for all of them aborts those whose client keeps them waiting.
/// </summary>
internal sealed class ActiveConnections : IDisposable
{
    private readonly ConcurrentDictionary<EchoConnection, bool> _open = new();
    private readonly CancellationTokenSource _aborting = new();
    private readonly ServerOptions _options;
    private readonly ILogger _logger;
    private readonly Service _service;
    private readonly ReceiveBufferPool _buffers = new();
    private readonly ConnectionRecords _recollections = new(TimeProvider.System);
    private readonly Timer _idle;
    private TaskCompletionSource? _nextEnd;
    private int _count;

    /// <summary>Watches for connections that wait longer than the idle time-out, to within a tenth of it.</summary>
    public ActiveConnections(ServerOptions options, ILogger logger)
    {
        _options = options;
        _logger = logger;
        _service = new Service(options, _recollections);
        TimeSpan period = TimeSpan.FromMilliseconds(Math.Clamp(options.IdleTimeout.TotalMilliseconds / 10, 10, 1000));
        _idle = new Timer(_ => AbortIdle(), null, period, period);
    }

    /// <summary>Raised after the end of each.</summary>
    public event Action? Closed;

    /// <summary>How many are open.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Serves an accepted connection until its end. It returns as soon as the client has to be waited for.</summary>
    public void Start(Socket accepted, long acceptedAt)
    {
        var connection = new EchoConnection(accepted, new CloseLog(_logger, Side.Server), _options.Think, _buffers, _recollections, _aborting.Token);
        _open.TryAdd(connection, true);
        Interlocked.Increment(ref _count);
        _ = ServeAsync(connection, acceptedAt);
    }

    /// <summary>Completes when the next connection ends. One waiter at a time.</summary>
    public Task NextClosed()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // With a full barrier: whoever looks at the count behind this does not miss an end.
        Interlocked.Exchange(ref _nextEnd, ended);
        return ended.Task;
    }

    /// <summary>Waits until none is open.</summary>
    /// <returns>Whether that was so before <paramref name="limit"/> and <paramref name="now"/>.</returns>
    public async Task<bool> DrainAsync(TimeSpan limit, CancellationToken now)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(now);
        over.CancelAfter(limit);
        try
        {
            // Looked at once more after the wait was registered: an end in between is not missed.
            for (Task nextEnd = NextClosed(); Count > 0; nextEnd = NextClosed()) await nextEnd.WaitAsync(over.Token);
            return true;
        }
        catch (OperationCanceledException)
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
            await _service.RunAsync(connection, acceptedAt);
        }
        catch (Exception defect)
        {
            // Nothing that a client does comes here. One connection's defect is said, and is not the others' end.
            connection.Log.Note(LogEventLevel.Error, $"defect: {defect.GetType().Name}, {defect.Message}");
        }
        finally
        {
            _open.TryRemove(connection, out _);
            Interlocked.Decrement(ref _count);
            Interlocked.Exchange(ref _nextEnd, null)?.TrySetResult();
            Closed?.Invoke();
        }
    }

    private void AbortIdle()
    {
        foreach ((EchoConnection connection, _) in _open) connection.End.AbortIfIdle(_options.IdleTimeout);
    }
}
