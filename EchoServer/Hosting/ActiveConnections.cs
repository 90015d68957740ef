using System.Collections.Concurrent;
using Serilog.Events;
using TcpClose.Events;
using TcpClose.Sockets;

namespace EchoServer.Hosting;

/// <summary>The open connections. A stop waits for all of them.</summary>
internal sealed class ActiveConnections
{
    private readonly ConcurrentDictionary<ObservedSocket, bool> _open = new();
    private TaskCompletionSource? _nextClosed;
    private int _count;

    /// <summary>The number of open connections.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The open connections.</summary>
    public IEnumerable<ObservedSocket> All => _open.Select(pair => pair.Key);

    public void Add(ObservedSocket socket)
    {
        _open.TryAdd(socket, true);
        Interlocked.Increment(ref _count);
    }

    public void Remove(ObservedSocket socket)
    {
        _open.TryRemove(socket, out _);
        Interlocked.Decrement(ref _count);
        Interlocked.Exchange(ref _nextClosed, null)?.TrySetResult();
    }

    /// <summary>
    /// Waits for the connections to finish, until <paramref name="timeout"/> or <paramref name="abort"/>, then aborts
    /// the rest. Must be called after the last <see cref="Add"/>.
    /// </summary>
    public async Task StopAsync(TimeSpan timeout, ExceptionBarrier barrier, CloseLog log, CancellationToken abort)
    {
        // Step 1 of the stop is in Listener.cs. Steps 2 and 3: log the time limit, and let the open connections finish.
        var limit = new Duration(timeout);
        string waiting = Count == 0 ? "" : $"; up to {limit} for {Describe(Count)} to finish";
        log.Note(LogEventLevel.Information, "stopped listening" + waiting);
        if (await DrainAsync(timeout, abort)) return;

        // Step 4: abort the remaining connections, and wait for their last events.
        foreach (ObservedSocket socket in All)
            barrier.Guard(socket, static s => s.Abort($"server stops, {s.Activity}"));
        if (!await DrainAsync(timeout, CancellationToken.None))
            log.Note(LogEventLevel.Error, $"{Describe(Count)} did not end within {limit} after the abort");
    }

    /// <summary>A number of connections in words: "1 connection", "2 connections".</summary>
    public static string Describe(int connections) => connections == 1 ? "1 connection" : $"{connections} connections";

    // Whether all connections ended before the limit and before the abort.
    private async Task<bool> DrainAsync(TimeSpan limit, CancellationToken abort)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(abort);
        over.CancelAfter(limit);
        try
        {
            // The wait is registered before the count is read, so that the end of a connection is not missed.
            for (Task next = NextClosed(); Count > 0; next = NextClosed()) await next.WaitAsync(over.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private Task NextClosed()
    {
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        // Exchange is also a full memory barrier: the field is written before the caller reads the count.
        Interlocked.Exchange(ref _nextClosed, closed);
        return closed.Task;
    }
}
