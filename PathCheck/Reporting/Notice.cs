using PathCheck.Checks;
using PathCheck.Protocol;

namespace PathCheck.Reporting;

/// <summary>What the two ends notice of a loss.</summary>
internal static class Notice
{
    /// <summary>The end of a sentence: what the two ends notice of the worst kind of effect.</summary>
    public static string Of(CheckResult worst, IEnumerable<CheckResult> results)
    {
        CheckResult[] same = [.. results.Where(r => (r.Effect == worst.Effect || (r.Effect.IsCut && worst.Effect.IsCut))
            && !r.IsAdvisory && r is { Near: not null, Far: not null })];
        return same.Length == 0 ? ", usually without an error"
            : same.All(IsOfNormalEnds) ? ", although both ends observe a normal end"
            : same.Any(IsOfNormalEnds) ? ", often without an error at either end"
            : same.All(HasReset) ? same.Any(r => r.Near!.ResetAfter is not null && r.Far!.Reset is not null)
                ? ", and a reset shows it" : ", and only a reset at one end shows it"
            : same.Any(HasReset) ? ", and sometimes neither end is informed"
            : ", and neither end is informed";
    }

    private static bool HasReset(CheckResult result) =>
        result.Near!.ResetAfter is not null || result.Far!.Reset is not null;

    /// <summary>Whether both ends observe a normal end; also true if observations are missing.</summary>
    public static bool IsOfNormalEnds(CheckResult result) =>
        result is not { Near: { } near, Far: { } far }
        || (near.ResetAfter is null && far is { Fin: not null, Reset: null }
            && (near.End == StreamEnd.Fin || (near.End == StreamEnd.Nothing && far.End == ReportedEnd.Fin)));
}
