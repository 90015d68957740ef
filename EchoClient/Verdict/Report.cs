using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using TcpClose.Cli;
using TcpClose.Output;

namespace EchoClient.Verdict;

/// <summary>The result as a table that fits the terminal, as Markdown for somebody's issue, or as JSON.</summary>
internal static class Report
{
    private const int CheckWidth = 32, ResultWidth = 26, MinEvidenceWidth = 15;
    private const string Legend = "(FIN: a side says that it has sent everything. RST: it breaks off.)\n";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static string Version => typeof(Report).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>In the form that was asked for.</summary>
    public static string Of(PathReport result) => result.Options.Form switch
    {
        "json" => Json(result),
        "markdown" => Markdown(result),
        _ => Table(result),
    };

    private static string Table(PathReport result)
    {
        int width = EventTextFormatter.WidthOfStandardOutput;
        var text = new StringBuilder();
        text.Append(Row("check", "result", "seen", width));
        foreach (CheckResult f in result.Findings) text.Append(Row(CheckKinds.Sentence(f.Check, f.Hold), ResultOf(f, result), f.Evidence, width));
        if (result.Findings.Any(f => f.Effect is not (PathEffect.Preserved or PathEffect.Cut))) text.Append(Legend);
        foreach (string sentence in (string[])[result.Summary, result.Meaning])
            text.Append('\n').AppendJoin('\n', EventTextFormatter.Wrap(sentence, width)).Append('\n');
        return text.ToString();
    }

    // What is too long for its line goes on below.
    private static string Row(string check, string result, string seen, int width)
    {
        string head = $"{check,-CheckWidth} {result,-ResultWidth} ";
        return string.Concat(EventTextFormatter.Wrap(seen, Math.Max(width - head.Length, MinEvidenceWidth))
            .Select((part, i) => (i == 0 ? head : new string(' ', head.Length)) + part + "\n"));
    }

    private static string Markdown(PathReport result)
    {
        var text = new StringBuilder($"**{result.Summary}** {result.Meaning}\n\n| check | result | seen |\n| --- | --- | --- |\n");
        foreach (CheckResult f in result.Findings) text.Append($"| {CheckKinds.Sentence(f.Check, f.Hold)} | {ResultOf(f, result)} | {f.Evidence} |\n");
        text.Append($"\n{Legend}\nRelay: NAME VERSION, configuration: …\n\n");
        text.Append($"EchoClient {Version} on {RuntimeInformation.OSDescription}, EchoServer {result.Server.Version} behind the path (both of TcpDemo); ");
        text.Append(CultureInfo.InvariantCulture, $"{result.At.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC. To see it again:\n\n```sh\n");
        return text.Append($"EchoServer --host 0.0.0.0 --port PORT    # at the far end of the path; PORT: where it leads to\n{result.Options.Command}\n```\n").ToString();
    }

    private static string Json(PathReport result) => new JsonObject
    {
        ["at"] = result.At.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
        ["command"] = result.Options.Command,
        ["client"] = Version,
        ["server"] = result.Server.Version,
        ["preserved"] = result.ExitCode == ExitCode.Success,
        ["exitCode"] = result.ExitCode,
        ["summary"] = result.Summary,
        ["meaning"] = result.Meaning,
        ["checks"] = new JsonArray([.. result.Findings.Select(Json)]),
    }.ToJsonString(Indented) + "\n";

    private static JsonObject Json(CheckResult finding) => new()
    {
        ["name"] = CheckKinds.Key(finding.Check),
        ["first"] = finding.First.ToString().ToLowerInvariant(),
        ["holdSeconds"] = finding.Hold?.TotalSeconds,
        ["word"] = PathEffects.Key(finding.Effect),
        ["cutAfterSeconds"] = finding.CutAfter?.TotalSeconds,
        ["gapSeconds"] = finding.Gap?.TotalSeconds,
        ["remark"] = finding.IsAdvisory,
        ["check"] = CheckKinds.Sentence(finding.Check, finding.Hold),
        ["verdict"] = PathEffects.Of(finding.Effect),
        ["seen"] = finding.Evidence,
    };

    private static string ResultOf(CheckResult finding, PathReport result) =>
        finding is { IsAdvisory: true, Effect: not PathEffect.Preserved } && !result.Options.Strict ? finding.Result + " (remark)" : finding.Result;
}
