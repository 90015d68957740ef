using System.Globalization;
using PathCheck.Classifying;
using PathCheck.Protocol;

namespace PathCheck.Checks;

/// <summary>The result of one check.</summary>
/// <param name="Check">The check.</param>
/// <param name="Hold">The requested silence; null if the check has none.</param>
/// <param name="Effect">What the path did to the close.</param>
/// <param name="Observed">What the two ends observed.</param>
internal sealed record CheckResult(Check Check, TimeSpan? Hold, PathEffect Effect, string Observed)
{
    /// <summary>What the two ends observed, and how often an intermittent fault occurred.</summary>
    public string Evidence => IsIntermittent && Attempts is var (failed, of)
        ? $"{Observed}; failed on {failed} of {of} attempts" : Observed;

    /// <summary>
    /// The time from the half-close until the path cut the connection or gave up; null if it did neither, or if the
    /// time is unknown.
    /// </summary>
    public TimeSpan? CutAfter { get; init; }

    /// <summary>The times between which the cut came, if its exact time is unknown; otherwise null.</summary>
    public (TimeSpan From, TimeSpan To)? CutBetween { get; init; }

    /// <summary>
    /// The time from the first FIN to the end of the other direction, or from a hang-up until the sender learned of it.
    /// </summary>
    public TimeSpan? EndedAfter { get; init; }

    /// <summary>The measured length of the silence; null if neither end measured it.</summary>
    public TimeSpan? ActualHold { get; init; }

    /// <summary>The time from the last byte to the end of stream; null if it was not measured.</summary>
    public TimeSpan? Gap { get; init; }

    /// <summary>
    /// The connections that the path did not preserve: "0 bytes, 1 byte". Null if it preserved all or none.
    /// </summary>
    public string? FaultyOnly { get; init; }

    /// <summary>The numbers of failed attempts and of all attempts; null if they were not counted.</summary>
    public (int Failed, int Of)? Attempts { get; init; }

    /// <summary>
    /// The result of the first attempt that failed, if the check counts as preserved anyway; otherwise null.
    /// </summary>
    public CheckResult? FailedOnce { get; init; }

    /// <summary>Whether the path failed on some connections, and preserved others of the same kind.</summary>
    public bool IsIntermittent { get; init; }

    /// <summary>Whether the path also cut a connection that neither side had ended; null if that is unknown.</summary>
    public bool? IsCutWithoutFin { get; init; }

    /// <summary>Whether the client read a reset instead of the server's FIN.</summary>
    public bool IsResetAtClient => Near is { End: StreamEnd.Reset };

    /// <summary>Whether the server read a reset instead of the client's FIN.</summary>
    public bool IsResetAtServer => Far is { Fin: null, Reset: not null };

    /// <summary>Whether a busy machine may have caused the effect. If so, the check is repeated.</summary>
    public bool IsUncertain { get; init; }

    /// <summary>
    /// Why no judgement is possible; null if a judgement is possible. After the last repetition, a doubt makes the
    /// result "not judged".
    /// </summary>
    public string? Doubt { get; init; }

    /// <summary>What the near end observed (on the worst of several connections); null if unknown.</summary>
    public NearObservation? Near { get; init; }

    /// <summary>What the far end observed (on the worst of several connections); null if unknown.</summary>
    public ConnectionReport? Far { get; init; }

    /// <summary>The row of the report.</summary>
    public CheckRow Row => new(Check, Hold);

    /// <summary>Which side half-closed first.</summary>
    public FirstCloser FirstCloser => Check.FirstCloser;

    /// <summary>Whether the check is about resets only. False if the path stopped working.</summary>
    public bool IsAdvisory => Check.IsAdvisory && Effect != PathEffect.Stopped;

    /// <summary>The first column of the report.</summary>
    public string Title => Check.Title(Hold ?? TimeSpan.Zero);

    /// <summary>
    /// The side whose FIN was not forwarded, <c>client</c> or <c>server</c>; null for another effect.
    /// </summary>
    public string? MissingFin => Effect != PathEffect.NotForwarded ? null
        : (FirstCloser == FirstCloser.Server && Near is not { End: StreamEnd.Fin }) || Far is { Fin: not null }
            ? "server"
            : "client";

    /// <summary>The name of the effect, with the side of a missing FIN, or the time of a cut.</summary>
    public string Result => MissingFin is { } side ? $"{side}'s {Effect.Name}"
        : Effect.IsCut && CutBetween is var (from, to)
            ? string.Create(CultureInfo.InvariantCulture,
                $"cut after {from.TotalSeconds:0.00} to {to.TotalSeconds:0.00} s")
        : Effect == PathEffect.GaveUp && CutAfter is { } gaveUp
            ? string.Create(CultureInfo.InvariantCulture, $"gave up after {gaveUp.TotalSeconds:0.00} s")
        : Effect.IsCut && CutAfter is { } after
            ? string.Create(CultureInfo.InvariantCulture, $"cut after {after.TotalSeconds:0.00} s")
        : Effect.Name;
}
