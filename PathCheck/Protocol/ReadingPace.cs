using TcpClose.Kernel;

namespace PathCheck.Protocol;

/// <summary>
/// The pace of a slow reader: the maximum number of bytes that it reads in a second. Its receive buffer is small, so
/// that the bytes wait in the path.
/// </summary>
/// <param name="BytesPerSecond">The rate.</param>
internal sealed record ReadingPace(double BytesPerSecond)
{
    /// <summary>The size of the kernel's receive buffer of a slow reader.</summary>
    public const int BufferSize = 64 * 1024;

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    private readonly long _startedAt = Clock.Now;

    /// <summary>Waits if the reader is too fast.</summary>
    /// <param name="received">The number of bytes received so far.</param>
    /// <param name="delay">How to wait.</param>
    public async Task DelayAsync(long received, Func<TimeSpan, Task> delay)
    {
        TimeSpan early = TimeSpan.FromSeconds(received / BytesPerSecond) - Clock.Since(_startedAt);
        if (early >= Step) await delay(early);
    }
}
