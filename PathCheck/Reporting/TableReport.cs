using System.Text;
using PathCheck.Checks;
using PathCheck.Classifying;
using TcpClose.Output;

namespace PathCheck.Reporting;

/// <summary>Formats the report as a table that fits the terminal.</summary>
internal static class TableReport
{
    private const int CheckWidth = 32, ResultWidth = 26, MinEvidenceWidth = 15;

    public static string Of(PathReport report)
    {
        int width = EventTextFormatter.WidthOfStandardOutput;
        var text = new StringBuilder();
        text.Append(Row("check", "result", "observed", width));
        foreach (CheckResult one in report.Results)
            text.Append(Row(one.Title, Report.ResultOf(one, report), one.Evidence, width));
        if (report.Results.Any(f => f.Effect.IsFault && f.Effect != PathEffect.Cut)) text.Append(Report.Legend);
        string?[] sentences = [report.Summary, report.Meaning, report.JudgedAddress, report.Comparison];
        foreach (string sentence in sentences.OfType<string>())
            text.Append('\n').AppendJoin('\n', EventTextFormatter.Wrap(sentence, width)).Append('\n');
        return text.ToString();
    }

    // Evidence that is too long for its line continues on the next.
    private static string Row(string check, string result, string evidence, int width)
    {
        string head = $"{check,-CheckWidth} {result,-ResultWidth} ";
        return string.Concat(EventTextFormatter.Wrap(evidence, Math.Max(width - head.Length, MinEvidenceWidth))
            .Select((part, i) => (i == 0 ? head : new string(' ', head.Length)) + part + "\n"));
    }
}
