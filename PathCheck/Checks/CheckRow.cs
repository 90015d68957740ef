namespace PathCheck.Checks;

/// <summary>A row of the report: a check, and the silence with which it runs.</summary>
/// <param name="Check">The check.</param>
/// <param name="Hold">The silence; null if the check has none.</param>
internal sealed record CheckRow(Check Check, TimeSpan? Hold);
