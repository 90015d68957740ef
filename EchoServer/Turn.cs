using System.Runtime.CompilerServices;

namespace EchoServer;

/// <summary>
/// How long something has had a thread to itself because each of its calls found work waiting. Calls that need not wait return
/// at once, so a stream that never pauses, or a flood of connections, would keep the thread from all others.
/// </summary>
internal sealed class Turn
{
    /// <summary>To give way is to go on by way of the thread pool: at 10 ms a life cycle cost a quarter more processor time.</summary>
    private const long LongestInMilliseconds = 100;

    private long _began = Environment.TickCount64;

    /// <summary>Goes on at once, or lets the others have their turn first.</summary>
    public ValueTask GiveWayAsync() => Environment.TickCount64 - _began > LongestInMilliseconds ? YieldAsync() : default;

    /// <summary>It has waited for something, so the others have had their turn.</summary>
    public void Begin() => _began = Environment.TickCount64;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask YieldAsync()
    {
        await Task.Yield();
        Begin();
    }
}
