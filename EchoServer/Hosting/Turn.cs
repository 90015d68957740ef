namespace EchoServer.Hosting;

/// <summary>
/// How long something has had a thread to itself because each of its calls found work waiting. Calls that need not wait return
/// at once, so a stream that never pauses, or a flood of connections, would keep the thread from all others.
/// </summary>
/// <param name="longestInMilliseconds">So long it may; a clock of some milliseconds' grain tells.</param>
internal sealed class Turn(long longestInMilliseconds)
{
    private long _began = Environment.TickCount64;

    /// <summary>The others are to have theirs.</summary>
    public bool IsOver => Environment.TickCount64 - _began > longestInMilliseconds;

    /// <summary>It has waited for something, so the others have had their turn.</summary>
    public void Begin() => _began = Environment.TickCount64;
}
