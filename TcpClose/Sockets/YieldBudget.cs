namespace TcpClose.Sockets;

/// <summary>
/// Bounds how long one connection keeps a thread. A call that need not wait returns without yielding the thread, so a
/// stream that never pauses would occupy the thread permanently.
/// </summary>
internal struct YieldBudget
{
    private const int MaxCalls = 64;

    private int _used;

    /// <summary>Spends one call.</summary>
    /// <returns>Whether the budget covered it. If not, the connection must yield the thread first.</returns>
    public bool TrySpend() => ++_used <= MaxCalls;

    /// <summary>Restores the budget, because the thread was yielded.</summary>
    public void Reset() => _used = 0;
}
