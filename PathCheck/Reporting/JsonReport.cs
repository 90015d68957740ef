using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using PathCheck.Checks;
using PathCheck.Protocol;

namespace PathCheck.Reporting;

/// <summary>Formats the report as JSON. The keys never change.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Indented =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(PathReport report) => new JsonObject
    {
        ["at"] = report.At.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
        ["command"] = report.Options.Command,
        ["address"] = report.Address?.ToString(),
        ["client"] = FarEndInfo.Own.Version,
        ["server"] = report.FarEnd.Version,
        ["preserved"] = report.IsPreserved,
        ["exitCode"] = report.ExitCode,
        ["summary"] = report.Summary,
        ["meaning"] = report.Meaning,
        ["worse"] = report.Earlier is null ? null : new JsonArray([.. report.Worse.Select(w => (JsonNode)w)]),
        ["better"] = report.Earlier is null ? null : new JsonArray([.. report.Better.Select(b => (JsonNode)b)]),
        ["checks"] = new JsonArray([.. report.Results.Select(Of)]),
    }.ToJsonString(Indented) + "\n";

    private static JsonObject Of(CheckResult result) => new()
    {
        ["name"] = result.Check.Key,
        ["first"] = result.FirstCloser == FirstCloser.None
            ? "nobody"
            : result.FirstCloser.ToString().ToLowerInvariant(),
        ["holdSeconds"] = result.Hold?.TotalSeconds,
        ["word"] = result.Effect.Key,
        ["missingFin"] = result.MissingFin,
        ["cutAfterSeconds"] = result.CutAfter?.TotalSeconds,
        ["cutBetweenSeconds"] = result.CutBetween is var (from, to)
            ? new JsonArray(from.TotalSeconds, to.TotalSeconds)
            : null,
        ["onlyWith"] = result.FaultyOnly,
        ["gapSeconds"] = result.Gap?.TotalSeconds,
        ["remark"] = result.IsAdvisory,
        ["check"] = result.Title,
        ["verdict"] = result.Effect.Name,
        ["seen"] = result.Evidence,
    };
}
