using PathCheck.Checks;
using PathCheck.Checks.Ends;
using PathCheck.Classifying;

namespace PathCheck.Reporting;

/// <summary>What the results of a run mean for software that uses the path.</summary>
internal static class Meaning
{
    /// <summary>The advice for a path that stopped working, if no check caused it.</summary>
    public const string OfStopped =
        "Find out why the relay or the far end ended or no longer answers (its log), then run PathCheck again.";

    /// <summary>What the faults of a run mean: the most severe, and those that only some connections have.</summary>
    public static string OfFaults(IEnumerable<CheckResult> faults, IReadOnlyList<CheckResult> results)
    {
        CheckResult[] all = [.. faults], lasting = [.. all.Where(f => !f.IsIntermittent)];
        if (all.All(f => f.IsAdvisory)) return Notes.OfStrict(all);
        return string.Join(' ', ((string?[])
        [
            lasting.Any(f => !f.IsAdvisory) ? Of(PathReport.Worst(lasting), results) : null,
            lasting.Length < all.Length ? OfIntermittent(results) : null,
        ]).OfType<string>());
    }

    /// <summary>What a program must expect if a peer never ends, on a path that preserves half-close.</summary>
    public static string OfPreserved(IReadOnlyList<CheckResult> results)
    {
        CheckResult[] watched = [.. results.Where(r => r.Check.NeedsGivenHold && !r.Effect.IsFault)];
        CheckResult? gaveUp = watched.Where(r => r.Effect == PathEffect.GaveUp).MinBy(r => r.CutAfter);
        return gaveUp is not null ? $" {PathEffect.GaveUp.Meaning} Here the path {gaveUp.Result}."
            : watched.Length > 0 ? $" {PathEffect.StillOpen.Meaning} Here it was still open at the end of the check."
            : " Let it limit that wait: a path that preserves half-close also keeps the connection of a peer that " +
              "never ends.";
    }

    private static string Of(CheckResult worst, IReadOnlyList<CheckResult> results) =>
        worst.Effect == PathEffect.Stopped ? OfStoppedBy(worst, results)
        : worst.Effect.IsCut ? CutMeaning.Of(worst, results)
        : worst.Effect == PathEffect.LostSilently || worst.Effect == PathEffect.Altered ? OfDamage(worst, results)
        : FinMeaning.Of(worst, results) ?? worst.Effect.Meaning;

    // Chance decides which rows fail, so the attempts of all rows are added up.
    private static string OfIntermittent(IReadOnlyList<CheckResult> results)
    {
        CheckResult[] all = [.. results.Where(r => !r.IsAdvisory && r.Effect != PathEffect.NotJudged)];
        int failed = all.Sum(r => r.Attempts?.Failed ?? (r.Effect.IsFault ? 1 : 0));
        return $"Some connections fail, and others of the same kind do not ({failed} of " +
            $"{all.Sum(r => r.Attempts?.Of ?? 1)} attempts failed): the path has several backends that differ, or " +
            "an intermittent fault.";
    }

    private static string OfDamage(CheckResult worst, IReadOnlyList<CheckResult> results)
    {
        bool isAlsoWithoutHalfClose = results.Any(
            r => r.Effect == worst.Effect && r.Check is DataThenFin or ServerDataThenFin);
        string where = isAlsoWithoutHalfClose ? ", also without half-close" : "";
        (string missing, string advice) = SizeLimit.Of(results) is { } size
            ? ($"everything after about {Evidence.About(size)} is missing", "look for a limit of size")
            : ("data is missing or wrong", "fix the relay, or verify each transfer with a digest");
        return results.Where(r => !r.IsAdvisory && (r.Effect == worst.Effect || r.Effect.IsCut))
            .All(Notice.IsOfNormalEnds)
            ? $"Both ends observe a normal close, but {missing}{where}: {advice}."
            : $"{char.ToUpperInvariant(missing[0])}{missing[1..]}{where}: {advice}.";
    }

    // A fault that was found before the path stopped counts as well.
    private static string OfStoppedBy(CheckResult worst, IReadOnlyList<CheckResult> results)
    {
        CheckResult? other = results.Where(r => r.Effect.IsFault && !r.IsAdvisory && r.Effect != PathEffect.Stopped)
            .MaxBy(r => PathEffect.SeverityOf(r.Effect));
        return (other is null ? "" : Of(other, results) + " ") + worst.Effect.Meaning;
    }
}
