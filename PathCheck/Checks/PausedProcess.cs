using PathCheck.Classifying;
using PathCheck.Protocol;

namespace PathCheck.Checks;

/// <summary>
/// Marks results that a pause of a process may have caused. After a pause, a deadline may have expired although the
/// data arrived in time.
/// </summary>
internal static class PausedProcess
{
    private static readonly TimeSpan MinThreshold = TimeSpan.FromMilliseconds(250);

    /// <summary>The shortest pause that can invalidate a check. A shorter pause only delays an answer.</summary>
    public static TimeSpan Threshold(TimeSpan timeout) => timeout / 4 > MinThreshold ? timeout / 4 : MinThreshold;

    /// <summary>
    /// Adds the observations to the result, and a doubt if the result is a fault and a process was paused for too long.
    /// </summary>
    public static CheckResult Apply(
        CheckResult result, NearObservation near, ConnectionReport report, TimeSpan timeout) =>
        Apply(result with { Near = near, Far = report }, near.Pause, Observations.Micros(report.Pause)!.Value, timeout);

    /// <summary>
    /// Adds a doubt if the result is a fault and a process was paused for too long. The longest pause at the near end
    /// is <paramref name="near"/>, and at the far end <paramref name="far"/>.
    /// </summary>
    public static CheckResult Apply(CheckResult result, TimeSpan near, TimeSpan far, TimeSpan timeout)
    {
        TimeSpan longest = near > far ? near : far;
        if (!result.Effect.IsFault || longest < Threshold(timeout)) return result;
        string which = near >= far ? "this process" : "the far end's process";
        return result with { Doubt = $"{which} was paused for {Evidence.Time(longest)}" };
    }
}
