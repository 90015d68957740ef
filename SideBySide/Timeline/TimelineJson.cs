using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using TcpClose.Kernel;

namespace SideBySide.Timeline;

/// <summary>
/// Writes the timeline as a JSON array with one object per event, in order. Times are in nanoseconds and begin as in
/// the picture.
/// </summary>
internal static class TimelineJson
{
    private static readonly JsonSerializerOptions Readable =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Returns the JSON document.</summary>
    public static string Write(IReadOnlyList<TimelineEvent> timeline, long zero) =>
        new JsonArray([.. timeline.Select(m => Read(m, m.At - zero))]).ToJsonString(Readable) + "\n";

    private static JsonObject Read(TimelineEvent entry, long at)
    {
        var read = new JsonObject { ["at"] = at, ["side"] = $"{entry.Side}".ToLowerInvariant() };
        switch (entry)
        {
            case CallEvent call:
                read["witness"] = "program";
                read["phase"] = $"{call.Phase}";
                read["call"] = call.Call;
                break;
            case StateEvent state:
                read["witness"] = "kernel";
                read["state"] = StateNames.Name(state.State)!;
                break;
            case SegmentEvent { Segment: var segment } sent:
                read["witness"] = "wire";
                read["flags"] = segment.Flags;
                read["seq"] = segment.Sequence;
                if (sent.Has("ACK")) read["ack"] = segment.Acknowledgement;
                read["len"] = segment.Length;
                if (segment.IsRetransmission) read["again"] = true;
                if (sent.IsLost) read["lost"] = true;
                if (sent.ResetReason is { } reason) read["resetReason"] = reason;
                if (sent.IsReceived) read["received"] = true;
                if (sent.IsTracedRetransmission) read["retransmitted"] = true;
                break;
        }

        return read;
    }
}
