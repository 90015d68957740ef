namespace PathCheck.Classifying;

/// <summary>The accuracy of a measured time: 10 % or 50 ms, whichever is larger.</summary>
internal static class TimingTolerance
{
    /// <summary>
    /// The resolution of the kernel's own times: one tick, at most 10 ms. A stream that ends within this time before
    /// the data is due counts as ending together with the data.
    /// </summary>
    public static readonly TimeSpan Grain = TimeSpan.FromMilliseconds(10);

    private static readonly TimeSpan MinTolerance = TimeSpan.FromMilliseconds(50);

    /// <summary>The tolerance of a time.</summary>
    public static TimeSpan Of(TimeSpan time) => time / 10 > MinTolerance ? time / 10 : MinTolerance;

    /// <summary>
    /// Returns when a stream ended, if it ended more than <see cref="Grain"/> before the end of the hold; otherwise
    /// null.
    /// </summary>
    public static TimeSpan? Before(TimeSpan? end, TimeSpan hold) => end < hold - Grain ? end : null;

    /// <summary>
    /// Whether a stream ended clearly after the hold. Then a busy machine or relay has delayed the data, and the result
    /// is not valid for this hold.
    /// </summary>
    public static bool IsLate(TimeSpan? end, TimeSpan hold) => end > hold + Of(hold);
}
