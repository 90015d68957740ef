using PathCheck.Classifying;
using PathCheck.Protocol;

namespace PathCheck.Checks;

/// <summary>
/// Marks results that a pause of a process may have caused. After a pause, a process may find that a deadline has
/// expired although the data arrived in time. Such an observation is no evidence about the path.
/// </summary>
internal static class PausedProcess
{
    private static readonly TimeSpan MinThreshold = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// The shortest pause that can invalidate a check: a quarter of the time-out, but at least 250 ms. A shorter pause
    /// only delays an answer.
    /// </summary>
    public static TimeSpan Threshold(TimeSpan timeout) => timeout / 4 > MinThreshold ? timeout / 4 : MinThreshold;

    /// <summary>
    /// Returns the result with the observations, and with a doubt if it is a fault and one of the two processes was
    /// paused for too long.
    /// </summary>
    public static CheckResult Apply(
        CheckResult result, NearObservation near, ConnectionReport report, TimeSpan timeout) =>
        Apply(result with { Near = near, Far = report }, near.Pause, Observations.Micros(report.Pause)!.Value, timeout);

    /// <summary>
    /// Returns the result, with a doubt if it is a fault and one of the two processes was paused for too long.
    /// </summary>
    /// <param name="result">The result.</param>
    /// <param name="near">The longest pause of this process.</param>
    /// <param name="far">The longest pause of the far end's process.</param>
    /// <param name="timeout">The time-out of the checks.</param>
    public static CheckResult Apply(CheckResult result, TimeSpan near, TimeSpan far, TimeSpan timeout)
    {
        TimeSpan longest = near > far ? near : far;
        if (!result.Effect.IsFault || longest < Threshold(timeout)) return result;
        string which = near >= far ? "this process" : "the far end's process";
        return result with { Doubt = $"{which} was paused for {Evidence.Time(longest)}" };
    }
}
