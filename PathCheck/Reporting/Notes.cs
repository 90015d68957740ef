using PathCheck.Checks;
using PathCheck.Checks.Resets;
using PathCheck.Classifying;

namespace PathCheck.Reporting;

/// <summary>
/// The rows with a note: an effect on a reset (a fault only with <c>--strict</c>), a FIN that arrived late, or a check
/// that failed once.
/// </summary>
internal static class Notes
{
    // A FIN that is later than this is worth a note.
    private static readonly TimeSpan LateFin = TimeSpan.FromMilliseconds(200);

    /// <summary>Whether a row has a note.</summary>
    public static bool Has(CheckResult result, bool isStrict) =>
        (result.IsAdvisory && result.Effect.IsFault && !isStrict) || IsLate(result) || HasFailedOnce(result);

    /// <summary>
    /// Whether a check failed once, and then on no repeat. False if a busy machine may have caused the failure, or a
    /// doubt is left.
    /// </summary>
    public static bool HasFailedOnce(CheckResult result) => result.FailedOnce is { IsUncertain: false, Doubt: null };

    /// <summary>The note about the checks that failed once; empty if there are none.</summary>
    public static string OfFailedOnce(IReadOnlyList<CheckResult> results)
    {
        string[] titles = [.. results.Where(HasFailedOnce).Select(r => $"\"{r.Title}\"")];
        return titles.Length == 0 ? ""
            : $" (Note: {string.Join(" and ", titles)} failed once, and then on no repeat. Something has broken "
                + "connections for a moment, for instance a restart. If another run has this note again, the path "
                + "fails now and then.)";
    }
    /// <summary>The notes of a path without a fault; empty if there are none.</summary>
    public static string Of(IReadOnlyList<CheckResult> results) => string.Concat(
        results.Where(r => r.IsAdvisory && r.Effect.IsFault).GroupBy(r => (r.Result, Meaning: OfReset(r))).Select(g =>
            $" (Note: {string.Join(" and ", g.Select(r => r.Check.Occasion))}, {g.Key.Result}. {g.Key.Meaning} "
            + "--strict counts it as a fault.)")
        .Concat(results.Where(IsLate).Select(r => $" (Note: {r.Check.Occasion}, it arrives " +
            $"{Evidence.Time(r.Gap!.Value)} late. The other side waits that much longer for the end of stream.)")));

    /// <summary>What effects on resets mean with <c>--strict</c>.</summary>
    public static string OfStrict(IEnumerable<CheckResult> faults) =>
        string.Join(' ', faults.Select(OfStrict).Distinct());

    private static bool IsLate(CheckResult result) =>
        result.Effect == PathEffect.Preserved && result.Gap >= LateFin;

    private static string OfReset(CheckResult reset) =>
        reset.Effect == PathEffect.ResetBecameFin ? "An aborted transfer looks complete. Most relays do that;"
        : IsHangUp(reset) ? "A sender does not learn that its reader has gone;"
        : "An aborted transfer looks unfinished;";

    private static string OfStrict(CheckResult reset) =>
        reset.Effect == PathEffect.ResetNotForwarded && IsHangUp(reset)
            ? "A sender does not learn that its reader has gone: use time-outs."
        : reset.Effect.Meaning;

    private static bool IsHangUp(CheckResult reset) =>
        reset.Check is ClientHangsUpOnFullPath or ServerHangsUpOnFullPath;
}
