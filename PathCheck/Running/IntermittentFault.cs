using PathCheck.Checks;
using PathCheck.Classifying;

namespace PathCheck.Running;

/// <summary>
/// Recognizes a fault that some connections have, while others of the same kind do not: the path has several backends,
/// or fails now and then.
/// </summary>
internal static class IntermittentFault
{
    /// <summary>Marks a result as intermittent. A time that others did not have is no time-out.</summary>
    public static CheckResult Mark(CheckResult result) => result with
    {
        IsIntermittent = true,
        CutAfter = null,
        CutBetween = null,
        FaultyOnly = null,
        FailedOnce = null,
    };

    /// <summary>
    /// Marks a fault after a silence, because a longer silence was preserved. Data that is sent immediately may be lost
    /// for another reason.
    /// </summary>
    public static CheckResult MarkIfSilent(CheckResult result) =>
        result.Effect.IsFault && !result.IsIntermittent && result.Hold > TimeSpan.Zero ? Mark(result) : result;

    /// <summary>
    /// Marks a connection that was closed with the first FIN, if no byte had passed before: until then nothing had
    /// distinguished it from the connections that were preserved.
    /// </summary>
    public static CheckResult MarkIfNothingPassed(CheckResult result) =>
        result.Effect == PathEffect.FullClose && !HasPassed(result) && !result.IsIntermittent ? Mark(result) : result;

    /// <summary>
    /// Whether data passed after the first FIN, so that the path has not treated it as the end of both directions.
    /// </summary>
    public static bool HasPassed(CheckResult result) => result.FirstCloser == FirstCloser.Client
        ? result.Near is not { Received: 0, Sent: 0 } : result.Far is not { Bytes: 0 };

    /// <summary>A cut within the time of a round trip is a full close.</summary>
    public static CheckResult AsFullClose(CheckResult result, TimeSpan immediate) =>
        result.Effect.IsCut && result.CutAfter <= immediate
            ? result with { Effect = PathEffect.FullClose, CutAfter = null } : result;

    /// <summary>The result of a check that a longer silence contradicts: its time is no time-out.</summary>
    public static CheckResult WithoutTime(CheckResult result, TimeSpan immediate) =>
        AsFullClose(result, immediate) with { CutAfter = null };
}
