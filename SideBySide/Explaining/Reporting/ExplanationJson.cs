using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using SideBySide.Captures;
using SideBySide.Explaining.Resets;
using SideBySide.Summary;
using TcpClose.Events;
using TcpClose.Kernel;

namespace SideBySide.Explaining.Reporting;

/// <summary>Writes the explanation of a capture as JSON. <c>docs/explain.md</c> documents the keys.</summary>
internal static class ExplanationJson
{
    private static readonly JsonWriterOptions Readable =
        new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the JSON document, one connection after the other.</summary>
    public static void Write(Stream output, IEnumerable<Explanation> explanations, string? damage)
    {
        using (var writer = new Utf8JsonWriter(output, Readable))
        {
            writer.WriteStartObject();
            writer.WriteString("damage", damage);
            writer.WriteStartArray("connections");
            foreach (Explanation explanation in explanations)
            {
                Connection(explanation).WriteTo(writer);
                writer.Flush();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }

    private static JsonObject Connection(Explanation explanation)
    {
        ConnectionFacts facts = explanation.Facts;
        CapturedConnection connection = facts.Connection;
        return new JsonObject
        {
            ["number"] = explanation.Number,
            ["stream"] = connection.Stream,
            ["client"] = $"{connection.Client}",
            ["server"] = $"{connection.Server}",
            ["opened"] = facts.IsOpened,
            ["firstFin"] = facts.FirstToEnd?.Name(),
            ["close"] = Name(facts.Form),
            ["resets"] = new JsonArray([.. facts.Resets.Select(r => Reset(r, facts.Segments[0].At))]),
            ["fins"] = new JsonArray([.. ((CapturedFin?[])[facts.FirstFin, facts.SecondFin]).OfType<CapturedFin>()
                .Select(f => Fin(f, facts.Segments[0].At))]),
            ["halfClosed"] = facts.HalfClosed is { } half
                ? new JsonObject { ["seconds"] = half.Time.TotalSeconds, ["bytes"] = half.Bytes }
                : null,
            ["states"] = new JsonObject
            {
                ["client"] = States(facts, Side.Client),
                ["server"] = States(facts, Side.Server),
            },
            ["clientBytes"] = connection.From(Side.Client).Bytes,
            ["serverBytes"] = connection.From(Side.Server).Bytes,
            ["missing"] = facts.Missing(Side.Client) + facts.Missing(Side.Server),
            ["duplicates"] = Numbers(connection.DuplicateFrames),
            ["duplicateCount"] = connection.Duplicates,
            ["remarks"] = new JsonArray([.. explanation.Remarks.Select(r => new JsonObject
            {
                ["kind"] = r.Kind, ["frames"] = Numbers(r.Frames), ["frameCount"] = r.Count, ["sentence"] = r.Sentence,
            })]),
        };
    }

    private static JsonObject Reset(CapturedReset reset, long zero) => new()
    {
        ["frame"] = reset.Segment.Frame,
        ["from"] = reset.Segment.Side.Name(),
        ["at"] = Seconds(reset.Segment, zero),
        ["silence"] = reset.Silence.TotalSeconds,
        ["kind"] = Name(reset.Kind),
        ["certain"] = reset.IsCertain,
        ["answers"] = reset.Answered?.Frame,
        ["ignored"] = reset.IsIgnored,
        ["suspicious"] = reset.Suspicion is not null,
    };

    private static JsonObject Fin(CapturedFin fin, long zero) => new()
    {
        ["frame"] = fin.First.Frame,
        ["from"] = fin.First.Side.Name(),
        ["at"] = Seconds(fin.First, zero),
        ["repeats"] = fin.Repeats.Count,
        ["length"] = fin.First.Length,
    };

    private static double Seconds(CapturedSegment segment, long zero) => Wording.Between(zero, segment.At).TotalSeconds;

    private static JsonArray States(ConnectionFacts facts, Side side) => new([.. facts.States.Where(s => s.Side == side)
        .Select(s => (JsonNode)StateNames.Name(s.State)!)]);

    private static JsonArray Numbers(IEnumerable<int> frames) => new([.. frames.Select(f => (JsonNode)f)]);

    // FourSegments becomes four-segments.
    private static string Name(Enum value) => string.Concat($"{value}".Select((c, i) =>
        char.IsUpper(c) || char.IsDigit(c) ? (i == 0 ? "" : "-") + char.ToLowerInvariant(c) : $"{c}"));
}
