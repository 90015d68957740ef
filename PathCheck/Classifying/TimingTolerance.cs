namespace PathCheck.Classifying;

/// <summary>The accuracy of a measured time: 10 % or 50 ms, whichever is larger.</summary>
internal static class TimingTolerance
{
    /// <summary>
    /// The resolution of the kernel's own times, which is one tick: at most 10 ms. If a stream ends at most this much
    /// before the data is due, its end counts as simultaneous with that data.
    /// </summary>
    public static readonly TimeSpan Grain = TimeSpan.FromMilliseconds(10);

    private static readonly TimeSpan MinTolerance = TimeSpan.FromMilliseconds(50);

    /// <summary>The tolerance of a time.</summary>
    public static TimeSpan Of(TimeSpan time) => time / 10 > MinTolerance ? time / 10 : MinTolerance;

    /// <summary>
    /// Returns the time at which a stream ended, if the stream ended before the data was due; otherwise null. The data
    /// is due at the end of the hold.
    /// </summary>
    public static TimeSpan? Before(TimeSpan? end, TimeSpan hold) => end < hold - Grain ? end : null;

    /// <summary>
    /// Whether a stream ended clearly after the hold, when the data was already due. In that case the data was late,
    /// because of a busy machine or relay, and the result is not valid for a silence of that length.
    /// </summary>
    public static bool IsLate(TimeSpan? end, TimeSpan hold) => end > hold + Of(hold);
}
