using System.Globalization;

namespace EchoClient.Verdict;

/// <summary>The result of one check.</summary>
/// <param name="Check">What was done.</param>
/// <param name="Hold">How long the half-closed connection was silent; null where that is no part of the check.</param>
/// <param name="Effect">What the path did.</param>
/// <param name="Evidence">What the two ends saw, for people.</param>
internal sealed record CheckResult(CheckKind Check, TimeSpan? Hold, PathEffect Effect, string Evidence)
{
    /// <summary>When the connection was cut, since the half-close began; null where nobody saw it.</summary>
    public TimeSpan? CutAfter { get; init; }

    /// <summary>When our stream ended, since our FIN was queued, where what is sent has no time of its own.</summary>
    public TimeSpan? EndedAfter { get; init; }

    /// <summary>How long it was silent indeed, where anybody knows: a busy machine is late.</summary>
    public TimeSpan? ActualHold { get; init; }

    /// <summary>From the last byte to the end of stream, on the clock of the side that has read them; null where that is not looked at.</summary>
    public TimeSpan? Gap { get; init; }

    /// <summary>Whether a busy machine may have made it so, and not the path: it is to be looked at again.</summary>
    public bool IsUncertain { get; init; }

    /// <summary>Who half-closed first.</summary>
    public FirstCloser First => CheckKinds.FirstCloserOf(Check);

    /// <summary>Whether it is about resets only, which most relays do not pass on.</summary>
    public bool IsAdvisory => Check is CheckKind.ClientReset or CheckKind.ServerReset;

    /// <summary>The word, and the time where it has one.</summary>
    public string Result => Effect == PathEffect.Cut && CutAfter is { } after
        ? string.Create(CultureInfo.InvariantCulture, $"cut after {after.TotalSeconds:0.00} s")
        : PathEffects.Of(Effect);
}
