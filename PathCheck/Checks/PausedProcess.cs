using PathCheck.Classifying;
using PathCheck.Protocol;

namespace PathCheck.Checks;

/// <summary>
/// A process that did not run for a while judges a deadline before it has read what arrived meanwhile. What is observed
/// then says nothing about the path.
/// </summary>
internal static class PausedProcess
{
    private static readonly TimeSpan MinThreshold = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// A pause of this length can spoil a check: a quarter of the time-out. A shorter one is only a late answer.
    /// </summary>
    public static TimeSpan Threshold(TimeSpan timeout) => timeout / 4 > MinThreshold ? timeout / 4 : MinThreshold;

    /// <summary>The result, in doubt if it is a fault and one of the two processes was paused meanwhile.</summary>
    public static CheckResult Apply(
        CheckResult result, NearObservation near, ConnectionReport report, TimeSpan timeout) =>
        Apply(result, near.Pause, Observations.Micros(report.Pause)!.Value, timeout);

    /// <summary>The same, with the longest pause of each process.</summary>
    public static CheckResult Apply(CheckResult result, TimeSpan near, TimeSpan far, TimeSpan timeout)
    {
        TimeSpan longest = near > far ? near : far;
        if (!result.Effect.IsFault || longest < Threshold(timeout)) return result;
        string which = near >= far ? "this process" : "the far end's process";
        return result with { Doubt = $"{which} was paused for {Evidence.Time(longest)}" };
    }
}
