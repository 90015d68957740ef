using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using SideBySide.Drawing;
using SideBySide.Page.Sentences;
using SideBySide.Page.States;
using SideBySide.Summary;
using SideBySide.Timeline;
using SideBySide.Tracing;
using TcpClose.Kernel;

namespace SideBySide.Page;

/// <summary>Writes the steps as the JSON that the script of the page reads.</summary>
internal static class PageJson
{
    // Escapes <, > and &, so that no text can end the script element.
    private static readonly JsonSerializerOptions Safe =
        new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    /// <summary>Returns the JSON document.</summary>
    public static string Write(Diagram diagram, IReadOnlyList<Step> steps) => new JsonObject
    {
        ["ends"] = new JsonArray([.. diagram.Ends.Select(e => Write(e, diagram))]),
        ["states"] = new JsonObject(StateMachine.States.Select(s => KeyValuePair.Create<string, JsonNode?>($"{s}",
            new JsonObject { ["name"] = StateNames.Name(s), ["means"] = StateSentences.Of(s) }))),
        ["steps"] = new JsonArray([.. steps.Select(s => Write(s))]),
    }.ToJsonString(Safe);

    /// <summary>The name of an end in the page.</summary>
    public static string NameOf(LegEnd end) => end switch
    {
        { IsRelay: false } => end.Name,
        { Leg: Leg.ClientToRelay } => "relay (to the client)",
        _ => "relay (to the server)",
    };

    private static JsonObject Write(LegEnd end, Diagram diagram)
    {
        Ladder ladder = diagram.LadderOf(end);
        return new JsonObject
        {
            ["name"] = NameOf(end),
            ["source"] = ladder.IsInferred ? "inferred" : ladder.IsTraced ? "kernel" : end.IsRelay ? "polled" : "read",
        };
    }

    private static JsonObject Write(Step step)
    {
        var written = new JsonObject
        {
            ["at"] = Math.Round(step.Seconds, 6),
            ["connection"] = step.Connection,
            ["title"] = step.Title,
            ["ends"] = new JsonArray([.. step.Ends.Select(e => Write(e, step))]),
            ["text"] = new JsonArray([.. step.Explanation.Select(t => JsonValue.Create(t))]),
        };
        if (step.Row is { } row) written["row"] = row;
        if (step.Calls.Count > 0) written["calls"] = new JsonArray([.. step.Calls.Select(c => Write(c.End, c.Call))]);
        if (step.Segment is { } sent)
            written["segment"] = Write(sent.Number, sent.Sender, sent.Event);
        return written;
    }

    private static JsonObject Write(EndOfStep end, Step step)
    {
        var written = new JsonObject { ["state"] = end.State is { } state ? $"{state}" : null, ["name"] = end.Name };
        if (StateSentences.InThisStep(end) is { } means) written["means"] = means;
        if (end.Before is { } before)
        {
            written["from"] = $"{before}";
            written["path"] = new JsonArray([.. end.Path.Select(t =>
                new JsonObject { ["edge"] = t.Id, ["label"] = t.Label })]);
        }

        if (step.IsQuestion(end))
        {
            written["choices"] = new JsonArray([.. StateMachine
                .ChoicesOf(end.Before ?? end.State!.Value, end.State!.Value).Select(s => JsonValue.Create($"{s}"))]);
        }

        return written;
    }

    private static JsonObject Write(LegEnd end, CallEvent call)
    {
        var written = new JsonObject { ["end"] = NameOf(end), ["call"] = call.Details?.Text ?? call.Call };
        if (call.Details is not { } details) return written;
        written["result"] = details.Result;
        if (details.Nanoseconds is { } took)
            written["took"] = (took / 1e6).ToString("0.00", CultureInfo.InvariantCulture) + " ms";
        return written;
    }

    // The decoded header: pairs of a name and a value.
    private static JsonArray Write(int number, LegEnd sender, SegmentEvent entry)
    {
        Segment s = entry.Segment;
        string Of(string name, int port) => $"{name}, port {port}";
        var fields = new List<(string Name, string Value)>
        {
            ("number", $"{number}"),
            ("from", Of(sender.Name, s.FromPort)),
            ("to", Of(sender.Peer.Name, s.ToPort)),
            ("flags", s.Flags),
            ("sequence number", Numbered(s.Sequence, s.RawSequence)),
        };
        if (entry.Has("ACK"))
            fields.Add(("acknowledgement number", Numbered(s.Acknowledgement, s.RawAcknowledgement)));
        fields.Add(("length", Wording.Count(s.Length, "byte")));
        if (entry.IsLost) fields.Add(("lost", "yes, on purpose"));
        if (s.IsRetransmission) fields.Add(("sent again", "yes"));
        if (ResetReason.InPlainWords(entry.ResetReason) is { } reason) fields.Add(("reason", reason));
        return new JsonArray([.. fields.Select(f => new JsonArray(f.Name, f.Value))]);
    }

    private static string Numbered(long relative, uint raw) => raw == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{relative}")
        : string.Create(CultureInfo.InvariantCulture, $"{relative} (raw {raw})");
}
