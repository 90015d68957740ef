using PathCheck.Checks;
using PathCheck.Classifying;

namespace PathCheck.Running;

/// <summary>
/// Recognizes a fault of some connections only: the path has several backends, or fails now and then.
/// </summary>
internal static class IntermittentFault
{
    /// <summary>
    /// Marks a result as intermittent. The time of its cut is removed: other connections were not cut then.
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
    /// Marks a fault after a silence, because another result shows that no time-out is the cause. A fault without a
    /// silence is not marked: data that is sent immediately may be lost for another reason.
    /// </summary>
    public static CheckResult MarkIfSilent(CheckResult result) =>
        result.Effect.IsFault && !result.IsIntermittent && result.Hold > TimeSpan.Zero ? Mark(result) : result;

    /// <summary>
    /// Marks a result if the path closed the connection at the first FIN and no data passed. Until then the connection
    /// did not differ from preserved ones, so the check is not the cause.
    /// </summary>
    public static CheckResult MarkIfNothingPassed(CheckResult result) =>
        result.Effect == PathEffect.FullClose && !HasPassed(result) && !result.IsIntermittent ? Mark(result) : result;

    /// <summary>
    /// Whether data passed after the request. If so, the first FIN did not end both directions. Also true if
    /// observations are missing.
    /// </summary>
    public static bool HasPassed(CheckResult result) => result.FirstCloser == FirstCloser.Client
        ? result.Near is not { Received: 0, Sent: 0 } : result.Far is not { Bytes: 0 };

    /// <summary>Turns an immediate cut into a full close.</summary>
    public static CheckResult AsFullClose(CheckResult result, TimeSpan immediate) =>
        result.Effect.IsCut && result.CutAfter <= immediate
            ? result with { Effect = PathEffect.FullClose, CutAfter = null } : result;

    /// <summary>Removes the time of the cut, which is no time-out. An immediate cut becomes a full close.</summary>
    public static CheckResult WithoutTime(CheckResult result, TimeSpan immediate) =>
        AsFullClose(result, immediate) with { CutAfter = null };
}
