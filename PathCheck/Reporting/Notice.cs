using PathCheck.Checks;
using PathCheck.Protocol;

namespace PathCheck.Reporting;

/// <summary>What the two ends notice of a loss.</summary>
internal static class Notice
{
    /// <summary>The end of a sentence. The rows that have the same effect in the same direction may differ.</summary>
    public static string Of(CheckResult worst, IEnumerable<CheckResult> results)
    {
        CheckResult[] same = [.. results.Where(r => r.Effect == worst.Effect && r.FirstCloser == worst.FirstCloser
            && r is { Near: not null, Far: not null })];
        return same.Length == 0 ? ", usually without an error"
            : same.All(IsOfNormalEnds) ? ", although both ends observe a normal end"
            : same.Any(IsOfNormalEnds) ? ", often without an error at either end"
            : same.Any(r => r.Near!.ResetAfter is not null || r.Far!.Reset is not null)
                ? ", and only a reset at one end shows it"
            : ", and neither end is informed";
    }

    /// <summary>Whether both ends observe a normal end.</summary>
    public static bool IsOfNormalEnds(CheckResult result) =>
        result is not { Near: { } near, Far: { } far }
        || (near.ResetAfter is null && far is { Fin: not null, Reset: null }
            && (near.End == StreamEnd.Fin || (near.End == StreamEnd.Nothing && far.End == ReportedEnd.Fin)));
}
