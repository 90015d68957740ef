using PathCheck.Checks;

namespace PathCheck.Reporting;

/// <summary>Formats a report as a table, JSON or Markdown.</summary>
internal static class Report
{
    /// <summary>Explains the abbreviations.</summary>
    public const string Legend = "(FIN: a side has sent everything. RST: a side aborts.)\n";

    /// <summary>The report in the requested format.</summary>
    public static string Of(PathReport report) =>
        report.Options.Format == ReportFormat.Json ? JsonReport.Of(report)
        : report.Options.Format == ReportFormat.Markdown ? MarkdownReport.Of(report)
        : TableReport.Of(report);

    /// <summary>The second column of a row.</summary>
    public static string ResultOf(CheckResult result, PathReport report) =>
        Notes.Has(result, report.Options.Strict) ? result.Result + " (note)" : result.Result;
}
