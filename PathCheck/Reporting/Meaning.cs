using PathCheck.Checks;
using PathCheck.Checks.Ends;
using PathCheck.Checks.HalfClosed;
using PathCheck.Checks.Resets;
using PathCheck.Classifying;
using PathCheck.Protocol;

namespace PathCheck.Reporting;

/// <summary>
/// What the result means for software that uses the path. The sentence depends on what the two ends observed, and on
/// what the other checks have shown about a time-out.
/// </summary>
internal static class Meaning
{
    /// <summary>The advice for a path that stopped working during the run, if no check caused it.</summary>
    public const string OfStopped =
        "Find out why the relay or the far end ended or no longer answers (its log), then run PathCheck again.";

    // A FIN that is later than this is worth a note.
    private static readonly TimeSpan LateFin = TimeSpan.FromMilliseconds(200);

    /// <summary>What an effect on a reset means.</summary>
    public static string OfReset(CheckResult reset) =>
        reset.Effect == PathEffect.ResetBecameFin ? "An aborted transfer looks complete. Most relays do that;"
        : reset.Check is ClientHangsUpOnFullPath or ServerHangsUpOnFullPath
            ? "A sender does not learn that its reader has gone;"
        : "An aborted transfer looks unfinished;";

    /// <summary>A note about a path that holds each FIN back; empty if it does not.</summary>
    public static string OfLateFin(IEnumerable<CheckResult> results) =>
        results.Max(r => r.Gap) is { } gap && gap >= LateFin
            ? $" (Note: the path holds a FIN back for {Evidence.Time(gap)}.)"
            : "";

    /// <summary>What the most severe fault means.</summary>
    public static string Of(CheckResult worst, IReadOnlyList<CheckResult> results) =>
        worst.Effect == PathEffect.Stopped ? OfStoppedBy(worst, results)
        : worst.Effect == PathEffect.Cut ? OfCut(worst, results)
        : worst.Effect == PathEffect.LostSilently || worst.Effect == PathEffect.Altered ? OfDamage(worst, results)
        : worst.Effect == PathEffect.FullClose
            ? $"A program that sends its FIN and waits for an answer gets none{Notice(worst, results)}: " +
              "fix the relay, or mark the end inside the data."
        : worst.Effect.Meaning;

    /// <summary>What a path that preserves half-close means if a peer never ends.</summary>
    public static string OfPreserved(IReadOnlyList<CheckResult> results)
    {
        CheckResult[] watched = [.. results.Where(r => r.Check.NeedsGivenHold && !r.Effect.IsFault)];
        CheckResult? gaveUp = watched.Where(r => r.Effect == PathEffect.GaveUp).MinBy(r => r.CutAfter);
        return gaveUp is not null ? $" {PathEffect.GaveUp.Meaning} Here the path {gaveUp.Result}."
            : watched.Length > 0 ? $" {PathEffect.StillOpen.Meaning} Here it was still open at the end of the check."
            : " Let it limit that wait: a path that preserves half-close also keeps the connection of a peer that " +
              "never ends.";
    }

    private static string OfCut(CheckResult worst, IReadOnlyList<CheckResult> results)
    {
        PathEffect? drip = results
            .FirstOrDefault(r => r.Check is IDrip && r.FirstCloser == worst.FirstCloser)?.Effect;
        const string Where = "of the relay, firewall or NAT";
        string lost = $"is lost{Notice(worst, results)}";
        return drip == PathEffect.Preserved
            ? $"Data that is sent after a longer silence than this on a half-closed connection {lost}; " +
              $"data that keeps flowing gets through: raise the idle time-out {Where}."
            : drip == PathEffect.CutDespiteData
                ? $"Data that is sent later than this after one side's FIN {lost}, even if it flows all the time: " +
                  $"raise the time-out {Where} that counts from the FIN."
                : $"Data that is sent later than this after one side's FIN {lost}: raise the time-out {Where}.";
    }

    private static string OfDamage(CheckResult worst, IEnumerable<CheckResult> results)
    {
        bool isAlsoWithoutHalfClose = results.Any(
            r => r.Effect == worst.Effect && r.Check is DataThenFin or ServerDataThenFin);
        return (EndsNormally(worst) ? "Both ends observe a normal close, but data is missing or wrong"
            : "Data is missing or wrong") + (isAlsoWithoutHalfClose ? ", also without half-close" : "") +
            ": fix the relay, or verify each transfer with a digest.";
    }

    // The effect before the path stopped working counts as well.
    private static string OfStoppedBy(CheckResult worst, IReadOnlyList<CheckResult> results)
    {
        CheckResult? other = results.Where(r => r.Effect.IsFault && !r.IsAdvisory && r.Effect != PathEffect.Stopped)
            .MaxBy(r => PathEffect.SeverityOf(r.Effect));
        return (other is null ? "" : Of(other, results) + " ") + worst.Effect.Meaning;
    }

    // What the ends notice may differ between the rows that have the same effect in the same direction.
    private static string Notice(CheckResult worst, IEnumerable<CheckResult> results)
    {
        CheckResult[] same = [.. results.Where(r => r.Effect == worst.Effect && r.FirstCloser == worst.FirstCloser
            && r is { Near: not null, Far: not null })];
        return same.Length == 0 ? ", usually without an error"
            : same.All(EndsNormally) ? ", although both ends observe a normal end"
            : same.Any(EndsNormally) ? ", often without an error at either end"
            : same.Any(r => r.Near!.ResetAfter is not null || r.Far!.Reset is not null)
                ? ", and only a reset at one end shows it"
            : ", and neither end is informed";
    }

    private static bool EndsNormally(CheckResult result) =>
        result is not { Near: { } near, Far: { } far }
        || (near.ResetAfter is null && far is { Fin: not null, Reset: null }
            && (near.End == StreamEnd.Fin || (near.End == StreamEnd.Nothing && far.End == ReportedEnd.Fin)));
}
