using PathCheck.Checks;
using PathCheck.Classifying;

namespace PathCheck.Running;

/// <summary>
/// Recognizes a fault that some connections have, while others of the same kind do not: the path has several backends,
/// or fails now and then.
/// </summary>
internal static class IntermittentFault
{
    /// <summary>
    /// Marks a result as intermittent, and removes the time of the cut from it, because other connections were not cut
    /// at that time.
    /// </summary>
    public static CheckResult Mark(CheckResult result) => result with
    {
        IsIntermittent = true,
        CutAfter = null,
        CutBetween = null,
        FaultyOnly = null,
        FailedOnce = null,
    };

    /// <summary>
    /// Marks a fault after a silence, because another result shows that no time-out is the cause. Without a silence
    /// nothing is marked: data that is sent immediately may be lost for another reason.
    /// </summary>
    public static CheckResult MarkIfSilent(CheckResult result) =>
        result.Effect.IsFault && !result.IsIntermittent && result.Hold > TimeSpan.Zero ? Mark(result) : result;

    /// <summary>
    /// Marks a result as intermittent if the path closed the connection at the first FIN and no data passed. Until that
    /// FIN, the connection did not differ from preserved connections, so its check is not the cause of the fault.
    /// </summary>
    public static CheckResult MarkIfNothingPassed(CheckResult result) =>
        result.Effect == PathEffect.FullClose && !HasPassed(result) && !result.IsIntermittent ? Mark(result) : result;

    /// <summary>
    /// Whether the connection carried data after its request; also true if the observations are missing. Data after the
    /// first FIN shows that the path has not treated that FIN as the end of both directions.
    /// </summary>
    public static bool HasPassed(CheckResult result) => result.FirstCloser == FirstCloser.Client
        ? result.Near is not { Received: 0, Sent: 0 } : result.Far is not { Bytes: 0 };

    /// <summary>Turns an immediate cut into a full close; returns every other result unchanged.</summary>
    public static CheckResult AsFullClose(CheckResult result, TimeSpan immediate) =>
        result.Effect.IsCut && result.CutAfter <= immediate
            ? result with { Effect = PathEffect.FullClose, CutAfter = null } : result;

    /// <summary>
    /// Removes the time of the cut from a result that another result contradicts: that time is no time-out. An
    /// immediate cut becomes a full close.
    /// </summary>
    public static CheckResult WithoutTime(CheckResult result, TimeSpan immediate) =>
        AsFullClose(result, immediate) with { CutAfter = null };
}
