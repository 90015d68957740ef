using System.Collections.Concurrent;
using TcpClose.Sockets;

namespace EchoServer.Hosting;

/// <summary>
/// The open connections. Each is listed from its accept to its end, so that a stop can wait for all of them.
/// </summary>
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

    /// <summary>Waits until no connection is open.</summary>
    /// <returns>Whether all ended before <paramref name="limit"/> and before <paramref name="abort"/>.</returns>
    public async Task<bool> DrainAsync(TimeSpan limit, CancellationToken abort)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(abort);
        over.CancelAfter(limit);
        try
        {
            // The count is read after the wait is registered, so an end in between is not missed.
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

        // A full memory barrier, because the count is read next.
        Interlocked.Exchange(ref _nextClosed, closed);
        return closed.Task;
    }
}
