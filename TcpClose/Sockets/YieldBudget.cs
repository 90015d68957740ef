namespace TcpClose.Sockets;

/// <summary>
/// Bounds how long one connection keeps a thread. A call that finds work waiting returns without giving the thread
/// back, so a stream that never pauses would keep it for itself.
/// </summary>
internal struct YieldBudget
{
    private const int MaxCalls = 64;

    private int _used;

    /// <summary>Spends one call.</summary>
    /// <returns>Whether there was one left; if not, the connection must give the thread back first.</returns>
    public bool TrySpend() => ++_used <= MaxCalls;

    /// <summary>The thread was given back.</summary>
    public void Reset() => _used = 0;
}
