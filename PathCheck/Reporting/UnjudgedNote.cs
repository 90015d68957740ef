using PathCheck.Checks;
using PathCheck.Classifying;

namespace PathCheck.Reporting;

/// <summary>A note about the rows that could not be judged.</summary>
internal static class UnjudgedNote
{
    private const int MaxNamed = 3;

    public static IEnumerable<CheckResult> Rows(IEnumerable<CheckResult> results) =>
        results.Where(r => r.Effect == PathEffect.NotJudged);

    /// <summary>The note, with a space before it; empty if every row was judged.</summary>
    public static string Of(IReadOnlyList<CheckResult> results) => Rows(results).ToArray() switch
    {
        [] => "",
        [var only] => $" (Note: \"{only.Title}\" could not be judged: {only.Evidence}.)",
        var rows when rows.Length <= MaxNamed =>
            $" (Note: {string.Join(" and ", rows.Select(r => $"\"{r.Title}\""))} could not be judged: the table gives "
            + "the reasons.)",
        var rows => $" (Note: {rows.Length} of {results.Count} checks could not be judged: the table gives the "
            + "reasons.)",
    };
}
