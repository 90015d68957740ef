using PathCheck.Checks;

namespace PathCheck.Reporting;

/// <summary>Writes a report in the form that was asked for.</summary>
internal static class Report
{
    /// <summary>Explains the abbreviations.</summary>
    public const string Legend = "(FIN: a side says that it has sent everything. RST: it breaks off.)\n";

    /// <summary>The report as text.</summary>
    public static string Of(PathReport report) =>
        report.Options.Format == ReportFormat.Json ? JsonReport.Of(report)
        : report.Options.Format == ReportFormat.Markdown ? MarkdownReport.Of(report)
        : TableReport.Of(report);

    /// <summary>The second column of a row.</summary>
    public static string ResultOf(CheckResult result, PathReport report) =>
        result.IsAdvisory && result.Effect.IsFault && !report.Options.Strict
            ? result.Result + " (remark)"
            : result.Result;
}
