using PathCheck.Classifying;

namespace PathCheck.Checks;

/// <summary>Combines the results of a check's connections, which differ in one thing.</summary>
internal static class SeveralConnections
{
    /// <summary>The worst result, with the evidence of each connection that the path did not preserve.</summary>
    /// <param name="check">The check.</param>
    /// <param name="results">The results, each with a label: "13 bytes".</param>
    /// <param name="whole">The evidence if the path preserved all connections.</param>
    public static CheckResult Worst(
        Check check, IReadOnlyList<(string Label, CheckResult Result)> results, string whole)
    {
        List<(string Label, CheckResult Result)> bad = [.. results.Where(r => r.Result.Effect != PathEffect.Preserved)];
        (string Label, CheckResult Result) worst = results.MaxBy(r => PathEffect.SeverityOf(r.Result.Effect));
        return worst.Result with
        {
            Check = check,
            Hold = null,
            Observed = bad.Count == 0 ? whole
                : string.Join("; ", bad.Select(r => $"{r.Label}: {r.Result.Evidence}")),
            FaultyOnly = bad.Count < results.Count && bad.Count > 0
                ? string.Join(", ", bad.Select(r => r.Label)) : null,
            Gap = results.Max(r => r.Result.Gap),
            Doubt = bad.Select(r => r.Result.Doubt).FirstOrDefault(d => d is not null),
            IsUncertain = results.Any(r => r.Result.IsUncertain),
        };
    }
}
