using TcpClose.Kernel;

namespace SideBySide.Tracing;

/// <summary>
/// The offset of the wall clock from the monotonic clock. Captures use the wall clock. If the wall clock is set during
/// a run, the times of the segments are wrong.
/// </summary>
/// <param name="AheadBy">How far the wall clock is ahead, in nanoseconds.</param>
/// <param name="Error">The maximum error of the reading, in nanoseconds.</param>
public readonly record struct ClockOffset(long AheadBy, long Error)
{
    private const int Tries = 100;

    /// <summary>Reads the offset several times and keeps the reading with the smallest error.</summary>
    public static ClockOffset Read()
    {
        var best = new ClockOffset(0, long.MaxValue);
        for (int i = 0; i < Tries; i++)
        {
            long before = Clock.Now;
            long wall = (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
            long after = Clock.Now, half = (after - before) / 2;
            long error = Math.Max(TimeSpan.NanosecondsPerTick, half);
            if (error < best.Error) best = new ClockOffset(wall - (before + half), error);
        }

        return best;
    }

    /// <summary>Converts a time of the capture, in seconds since 1970, to the monotonic clock.</summary>
    public long ToMonotonic(decimal seconds) => (long)(seconds * 1_000_000_000m) - AheadBy;
}
