using PathCheck.Protocol;

namespace PathCheck.Classifying;

/// <summary>
/// Classifies single observations. Some classifications need the observations of both ends: a lost reply is a normal
/// end of stream at the near end and a successful send at the far end.
/// </summary>
internal static class Observations
{
    /// <summary>
    /// The effect on our FIN on its way to the far end; null if it arrived. A reset before all bytes have arrived is a
    /// cut: the path did not get as far as the FIN.
    /// </summary>
    /// <param name="report">What the far end observed.</param>
    /// <param name="size">The number of bytes that we sent before the FIN.</param>
    public static PathEffect? OurFin(ConnectionReport report, long size = 0) =>
        report.Fin is not null ? null
        : report.Reset is not null ? report.Bytes < size ? PathEffect.Cut : PathEffect.FinBecameReset
        : report.End == ReportedEnd.Unknown ? PathEffect.LostSilently
        : PathEffect.NotForwarded;

    /// <summary>The effect on the far end's FIN on its way to us.</summary>
    public static PathEffect TheirFin(NearObservation near) =>
        near.End == StreamEnd.Fin ? PathEffect.Preserved
        : near.End == StreamEnd.Reset ? PathEffect.FinBecameReset
        : PathEffect.NotForwarded;

    /// <summary>
    /// The effect when less was received than the far end sent. If bytes have arrived, and then neither the rest nor an
    /// end, the transfer has stalled. Any other connection was cut if it ended before the reply was due, if it was
    /// reset or aborted, or if the far end's FIN did not arrive. Otherwise both ends closed normally: the far end's FIN
    /// arrived, but the data before it did not.
    /// </summary>
    public static PathEffect ShortReply(NearObservation near, ConnectionReport report, TimeSpan? cut) =>
        near is { Received: > 0, End: StreamEnd.Nothing, ResetAfter: null } && !HasBeenReset(report)
            ? PathEffect.Stalled
        : cut is not null || report.End is ReportedEnd.Reset or ReportedEnd.Aborted || near.End != StreamEnd.Fin
            ? PathEffect.Cut
        : PathEffect.LostSilently;

    /// <summary>
    /// The effect when a part of the upload has arrived at the far end, and then neither the rest nor an end; otherwise
    /// null. A FIN is not reported as missing if data before it has not arrived either.
    /// </summary>
    public static PathEffect? StalledUpload(ConnectionReport report, long size) =>
        report.Bytes > 0 && report.Bytes < size && !report.HasEnded ? PathEffect.Stalled : null;

    private static bool HasBeenReset(ConnectionReport report) =>
        report.Reset is not null || report.Aborted is not null;

    /// <summary>
    /// The effect when we gave up before everything was sent; otherwise null. If we gave up, we sent no FIN, so none
    /// was lost.
    /// </summary>
    public static PathEffect? Stalled(NearObservation near) => near.HasStalled ? PathEffect.Stalled : null;

    /// <summary>
    /// Whether the bytes that the far end received differ from the beginning of the test pattern, or are more than were
    /// sent.
    /// </summary>
    public static bool IsAltered(ConnectionReport report, long size) =>
        report.Bytes > size || report.Digest != PatternDigest.Of(report.Bytes);

    /// <summary>
    /// How long the path held our FIN back; zero if that is unknown, or less than the accuracy of the measurement. The
    /// callers subtract this delay from the time until the stream ended, because a time-out of the path begins when the
    /// path forwards the FIN.
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
