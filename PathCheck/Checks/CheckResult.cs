using System.Globalization;
using PathCheck.Classifying;

namespace PathCheck.Checks;

/// <summary>The result of one check.</summary>
/// <param name="Check">The check.</param>
/// <param name="Hold">
/// How long the half-closed connection was to be silent; null if that is not part of the check.
/// </param>
/// <param name="Effect">What the path did.</param>
/// <param name="Evidence">What the two ends observed, for people.</param>
internal sealed record CheckResult(Check Check, TimeSpan? Hold, PathEffect Effect, string Evidence)
{
    /// <summary>When the connection was cut, since the half-close began; null if neither end observed it.</summary>
    public TimeSpan? CutAfter { get; init; }

    /// <summary>When our stream ended, since our FIN was queued, in a check that sends without a silence.</summary>
    public TimeSpan? EndedAfter { get; init; }

    /// <summary>How long the silence really was, if one end knows: a busy machine is late.</summary>
    public TimeSpan? ActualHold { get; init; }

    /// <summary>
    /// From the last byte to the end of stream, on the clock of the side that read them; null in other checks.
    /// </summary>
    public TimeSpan? Gap { get; init; }

    /// <summary>Whether a busy machine may have caused it, and not the path: the check is made again.</summary>
    public bool IsUncertain { get; init; }

    /// <summary>
    /// Why the observations do not allow a judgement at all; null if they do. If it stays so, nothing is judged.
    /// </summary>
    public string? Doubt { get; init; }

    /// <summary>Which side half-closed first.</summary>
    public FirstCloser First => Check.FirstCloser;

    /// <summary>Whether it is about resets only, which most relays do not pass on.</summary>
    public bool IsAdvisory => Check.IsAdvisory;

    /// <summary>The first column of the report.</summary>
    public string Title => Check.Title(Hold ?? TimeSpan.Zero);

    /// <summary>The effect, and the time if it has one.</summary>
    public string Result => Effect == PathEffect.Cut && CutAfter is { } after
        ? string.Create(CultureInfo.InvariantCulture, $"cut after {after.TotalSeconds:0.00} s")
        : Effect.Name;
}
