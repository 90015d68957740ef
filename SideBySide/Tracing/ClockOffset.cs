using TcpClose.Kernel;

namespace SideBySide.Tracing;

/// <summary>
/// How far the wall clock, which a capture has, is ahead of the monotonic one, which calls and the kernel's trace have.
/// Read once. If the wall clock is set during a run, the segments are out of place.
/// </summary>
/// <param name="AheadBy">Nanoseconds.</param>
/// <param name="Error">The maximum error of the reading, in nanoseconds.</param>
public readonly record struct ClockOffset(long AheadBy, long Error)
{
    private const int Tries = 100;

    /// <summary>Reads it: of several tries the one that was quickest.</summary>
    public static ClockOffset Read()
    {
        var best = new ClockOffset(0, long.MaxValue);
        for (int i = 0; i < Tries; i++)
        {
            long before = Clock.Now, wall = (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick, after = Clock.Now;
            if (after - before < best.Error) best = new ClockOffset(wall - (before + ((after - before) / 2)), Math.Max(TimeSpan.NanosecondsPerTick, (after - before) / 2));
        }

        return best;
    }

    /// <summary>A time of the capture, in seconds since 1970, on the monotonic clock.</summary>
    public long ToMonotonic(decimal seconds) => (long)(seconds * 1_000_000_000m) - AheadBy;
}
