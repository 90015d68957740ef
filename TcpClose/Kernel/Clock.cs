using System.Diagnostics;

namespace TcpClose.Kernel;

/// <summary>
/// The monotonic clock of the events, in nanoseconds. On Linux it is CLOCK_MONOTONIC, as in the kernel's trace.
/// </summary>
public static class Clock
{
    private static readonly double NanosecondsATick = 1e9 / Stopwatch.Frequency;

    /// <summary>Nanoseconds since an arbitrary moment, usually the machine's start.</summary>
    public static long Now => Stopwatch.Frequency == 1_000_000_000
        ? Stopwatch.GetTimestamp()
        : (long)(Stopwatch.GetTimestamp() * NanosecondsATick);

    /// <summary>The time that has passed since <paramref name="moment"/>.</summary>
    public static TimeSpan Since(long moment) => TimeSpan.FromTicks((Now - moment) / TimeSpan.NanosecondsPerTick);

    /// <summary>The time that is <paramref name="span"/> after <see cref="Now"/>.</summary>
    public static long Deadline(TimeSpan span) => Now + (long)span.TotalNanoseconds;
}
