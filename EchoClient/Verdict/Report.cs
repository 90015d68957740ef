using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using TcpClose;

namespace EchoClient.Verdict;

/// <summary>The result as a table that fits the terminal, as Markdown for somebody's issue, or as JSON.</summary>
internal static class Report
{
    private const int CheckWidth = 32, ResultWidth = 26, NarrowestSeen = 15;
    private const string Legend = "(FIN: a side says that it has sent everything. RST: it breaks off.)\n";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static string Version => typeof(Report).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>In the form that was asked for.</summary>
    public static string Of(Result result) => result.Options.Form switch
    {
        "json" => Json(result),
        "markdown" => Markdown(result),
        _ => Table(result),
    };

    private static string Table(Result result)
    {
        int width = TextLine.WidthOfStandardOutput;
        var text = new StringBuilder();
        text.Append(Row("check", "result", "seen", width));
        foreach (Finding f in result.Findings) text.Append(Row(Checks.Sentence(f.Check, f.Hold), ResultOf(f, result), f.Seen, width));
        if (result.Findings.Any(f => f.Word is not (Word.Preserved or Word.Cut))) text.Append(Legend);
        foreach (string sentence in (string[])[result.Summary, result.Meaning])
            text.Append('\n').AppendJoin('\n', TextLine.Wrap(sentence, width)).Append('\n');
        return text.ToString();
    }

    // What is too long for its line goes on below.
    private static string Row(string check, string result, string seen, int width)
    {
        string head = $"{check,-CheckWidth} {result,-ResultWidth} ";
        return string.Concat(TextLine.Wrap(seen, Math.Max(width - head.Length, NarrowestSeen))
            .Select((part, i) => (i == 0 ? head : new string(' ', head.Length)) + part + "\n"));
    }

    private static string Markdown(Result result)
    {
        var text = new StringBuilder($"**{result.Summary}** {result.Meaning}\n\n| check | result | seen |\n| --- | --- | --- |\n");
        foreach (Finding f in result.Findings) text.Append($"| {Checks.Sentence(f.Check, f.Hold)} | {ResultOf(f, result)} | {f.Seen} |\n");
        text.Append($"\n{Legend}\nRelay: NAME VERSION, configuration: …\n\n");
        text.Append($"EchoClient {Version} on {RuntimeInformation.OSDescription}, EchoServer {result.Server.Version} behind the path (both of TcpDemo); ");
        text.Append(CultureInfo.InvariantCulture, $"{result.At.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC. To see it again:\n\n```sh\n");
        return text.Append($"EchoServer --host 0.0.0.0 --port PORT    # at the far end of the path; PORT: where it leads to\n{result.Options.Command}\n```\n").ToString();
    }

    private static string Json(Result result) => new JsonObject
    {
        ["at"] = result.At.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
        ["command"] = result.Options.Command,
        ["client"] = Version,
        ["server"] = result.Server.Version,
        ["preserved"] = result.ExitCode == ExitCode.Fine,
        ["exitCode"] = result.ExitCode,
        ["summary"] = result.Summary,
        ["meaning"] = result.Meaning,
        ["checks"] = new JsonArray([.. result.Findings.Select(Json)]),
    }.ToJsonString(Indented) + "\n";

    private static JsonObject Json(Finding finding) => new()
    {
        ["name"] = Checks.Key(finding.Check),
        ["first"] = finding.First.ToString().ToLowerInvariant(),
        ["holdSeconds"] = finding.Hold?.TotalSeconds,
        ["word"] = Words.Key(finding.Word),
        ["cutAfterSeconds"] = finding.CutAfter?.TotalSeconds,
        ["gapSeconds"] = finding.Gap?.TotalSeconds,
        ["remark"] = finding.IsRemark,
        ["check"] = Checks.Sentence(finding.Check, finding.Hold),
        ["verdict"] = Words.Of(finding.Word),
        ["seen"] = finding.Seen,
    };

    private static string ResultOf(Finding finding, Result result) =>
        finding is { IsRemark: true, Word: not Word.Preserved } && !result.Options.Strict ? finding.Result + " (remark)" : finding.Result;
}
