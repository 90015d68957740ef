using PathCheck.Protocol;

namespace PathCheck.Classifying;

/// <summary>
/// Classifies observations. Some classifications need both ends: a lost reply is a normal end of stream at the near end
/// and a successful send at the far end.
/// </summary>
internal static class Observations
{
    /// <summary>
    /// The effect on our FIN; null if it arrived. A reset before all <paramref name="size"/> bytes have arrived is a
    /// cut.
    /// </summary>
    public static PathEffect? OurFin(ConnectionReport report, long size = 0) =>
        report.Fin is not null ? null
        : report.Reset is not null ? report.Bytes < size ? PathEffect.Cut : PathEffect.FinBecameReset
        : report.End == ReportedEnd.Unknown ? PathEffect.LostSilently
        : PathEffect.NotForwarded;

    /// <summary>The effect on the far end's FIN.</summary>
    public static PathEffect TheirFin(NearObservation near) =>
        near.End == StreamEnd.Fin ? PathEffect.Preserved
        : near.End == StreamEnd.Reset ? PathEffect.FinBecameReset
        : PathEffect.NotForwarded;

    /// <summary>
    /// The effect when less was received than the far end sent. The transfer has stalled if bytes have arrived, and
    /// then neither the rest nor an end. The data is lost silently if both ends closed normally. Otherwise the
    /// connection was cut.
    /// </summary>
    public static PathEffect ShortReply(NearObservation near, ConnectionReport report, TimeSpan? cut) =>
        near is { Received: > 0, End: StreamEnd.Nothing, ResetAfter: null } && !HasBeenReset(report)
            ? PathEffect.Stalled
        : cut is not null || report.End is ReportedEnd.Reset or ReportedEnd.Aborted || near.End != StreamEnd.Fin
            ? PathEffect.Cut
        : PathEffect.LostSilently;

    /// <summary>
    /// The effect when a part of the upload has arrived, and then neither the rest nor an end; otherwise null.
    /// </summary>
    public static PathEffect? StalledUpload(ConnectionReport report, long size) =>
        report.Bytes > 0 && report.Bytes < size && !report.HasEnded ? PathEffect.Stalled : null;

    private static bool HasBeenReset(ConnectionReport report) =>
        report.Reset is not null || report.Aborted is not null;

    /// <summary>The effect when we gave up before everything was sent; otherwise null.</summary>
    public static PathEffect? Stalled(NearObservation near) => near.HasStalled ? PathEffect.Stalled : null;

    /// <summary>Whether the far end received wrong bytes, or more than were sent.</summary>
    public static bool IsAltered(ConnectionReport report, long size) =>
        report.Bytes > size || report.Digest != PatternDigest.Of(report.Bytes);

    /// <summary>
    /// How long the path held our FIN back; zero if unknown, or too short to measure. The callers subtract this delay
    /// from the time until the stream ended, because a time-out of the path begins when the path forwards the FIN.
    /// </summary>
    public static TimeSpan FinDelay(NearObservation near, ConnectionReport report) =>
        Micros(report.Fin) - near.FinSentAfter is { } delay && delay > TimingTolerance.Of(TimeSpan.Zero)
            ? delay
            : TimeSpan.Zero;

    /// <summary>The later of two times.</summary>
    public static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;

    /// <summary>The earlier of two times; null if both are unknown.</summary>
    public static TimeSpan? Earliest(TimeSpan? one, TimeSpan? other) => one is null || other < one ? other : one;

    /// <summary>
    /// Converts a time of a report from microseconds. A negative time counts as zero, because the report is not
    /// trusted.
    /// </summary>
    public static TimeSpan? Micros(long? time) =>
        time is { } known ? TimeSpan.FromMicroseconds(Math.Max(0, known)) : null;
}
