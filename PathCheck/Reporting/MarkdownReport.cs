using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using PathCheck.Checks;
using PathCheck.Protocol;

namespace PathCheck.Reporting;

/// <summary>Formats the report as Markdown, to paste into an issue.</summary>
internal static class MarkdownReport
{
    public static string Of(PathReport report)
    {
        var text = new StringBuilder($"**{report.Summary}** {report.Meaning}"
            + (report.JudgedAddress is { } judged ? $" {judged}" : "")
            + (report.Comparison is { } comparison ? $" {comparison}" : "") + "\n\n");
        text.Append("| check | result | observed |\n| --- | --- | --- |\n");
        foreach (CheckResult one in report.Results)
            text.Append($"| {one.Title} | {Report.ResultOf(one, report)} | {one.Evidence} |\n");
        if (report.WorstFault is { } worst) text.Append($"\n```mermaid\n{CheckMermaid.Of(worst)}```\n");
        text.Append($"\n{Report.Legend}\nRelay: NAME VERSION, configuration: …\n\n");
        text.Append($"Near end: PathCheck {FarEndInfo.Own.Version} on {RuntimeInformation.OSDescription}. ");
        text.Append($"Far end: PathCheck {report.FarEnd.Version}. ");
        text.Append(CultureInfo.InvariantCulture,
            $"{report.At.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC. To repeat the run:\n\n```sh\n");
        text.Append("PathCheck serve --host 0.0.0.0 --port PORT    # at the far end of the path; ");
        text.Append("PORT: the port that it leads to\n");
        return text.Append($"{report.Options.Command}\n```\n").ToString();
    }
}
