namespace PathCheck.Checks;

/// <summary>A row of the report: a check, and its silence (null if it has none).</summary>
internal sealed record CheckRow(Check Check, TimeSpan? Hold);
