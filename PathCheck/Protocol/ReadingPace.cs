using TcpClose.Kernel;

namespace PathCheck.Protocol;

/// <summary>The pace of a slow reader. Its receive buffer is small, so that the bytes wait in the path.</summary>
/// <param name="BytesPerSecond">The maximum rate.</param>
internal sealed record ReadingPace(double BytesPerSecond)
{
    public const int BufferSize = 64 * 1024;

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    private readonly long _startedAt = Clock.Now;

    /// <summary>Waits if the reader is too fast.</summary>
    public async Task DelayAsync(long received, Func<TimeSpan, Task> delay)
    {
        TimeSpan early = TimeSpan.FromSeconds(received / BytesPerSecond) - Clock.Since(_startedAt);
        if (early >= Step) await delay(early);
    }
}
