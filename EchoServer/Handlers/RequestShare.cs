namespace EchoServer.Handlers;

/// <summary>
/// Limits the number of requests that are served at the same time. A request may take long, so requests may use only a
/// share of the server's connections.
/// </summary>
internal sealed class RequestShare(int max)
{
    private int _served;

    public int Max => max;

    /// <summary>Runs <paramref name="serveAsync"/> if there is room.</summary>
    /// <returns>Whether there was room.</returns>
    public async Task<bool> TryServeAsync(Func<Task> serveAsync)
    {
        try
        {
            if (Interlocked.Increment(ref _served) > max) return false;
            await serveAsync();
            return true;
        }
        finally
        {
            Interlocked.Decrement(ref _served);
        }
    }
}
