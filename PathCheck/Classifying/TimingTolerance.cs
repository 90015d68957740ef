namespace PathCheck.Classifying;

/// <summary>How exact a time is: to 10 % or 50 ms, whichever is larger.</summary>
internal static class TimingTolerance
{
    /// <summary>
    /// An end that is earlier by no more than this came with what was due: the kernel's own times are as coarse as its
    /// ticks.
    /// </summary>
    public static readonly TimeSpan Grain = TimeSpan.FromMilliseconds(10);

    private static readonly TimeSpan MinTolerance = TimeSpan.FromMilliseconds(50);

    /// <summary>The tolerance of a time.</summary>
    public static TimeSpan Of(TimeSpan time) => time / 10 > MinTolerance ? time / 10 : MinTolerance;

    /// <summary>The end, if it came before what was due after the hold, and not with it.</summary>
    public static TimeSpan? Before(TimeSpan? end, TimeSpan hold) => end < hold - Grain ? end : null;

    /// <summary>
    /// Whether an end came later than what was due after the hold. It was not lost to that end then: the reply or the
    /// upload was late, or this machine, or the relay. It says nothing about a silence of that length.
    /// </summary>
    public static bool IsLate(TimeSpan? end, TimeSpan hold) => end > hold + Of(hold);
}
