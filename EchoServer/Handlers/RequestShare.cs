namespace EchoServer.Handlers;

/// <summary>
/// The part of the connections whose clients may ask for something: a stranger can ask for long waits and many bytes, but only
/// for a share of the server.
/// </summary>
/// <param name="max">The maximum number of requests that are served at the same time.</param>
internal sealed class RequestShare(int max)
{
    private int _served;

    public int Max => max;

    /// <summary>Serves a request if there is room.</summary>
    /// <returns>Whether there was.</returns>
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
