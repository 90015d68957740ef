namespace EchoServer;

/// <summary>
/// How long something has had a thread to itself because each of its calls found work waiting. Calls that need not wait return
/// at once, so a stream that never pauses, or a flood of connections, would keep the thread from all others.
/// </summary>
internal struct Turn()
{
    private const long LongestInMilliseconds = 10;

    private long _began = Environment.TickCount64;

    /// <summary>It has waited for something, so the others have had their turn.</summary>
    public void Begin() => _began = Environment.TickCount64;

    /// <summary>Whether it is the others' turn: then <see cref="Task.Yield"/>.</summary>
    public readonly bool IsOver => Environment.TickCount64 - _began > LongestInMilliseconds;
}
