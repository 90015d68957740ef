namespace TcpClose.Sockets;

/// <summary>
/// Bounds how long one connection keeps a thread. A stream that never pauses would otherwise keep the thread
/// permanently.
/// </summary>
internal struct YieldBudget
{
    private const int MaxCalls = 64;

    private int _used;

    /// <summary>Spends one call.</summary>
    /// <returns>Whether the budget covered it. If not, the connection must yield the thread.</returns>
    public bool TrySpend() => ++_used <= MaxCalls;

    /// <summary>Restores the budget after a yield.</summary>
    public void Reset() => _used = 0;
}
