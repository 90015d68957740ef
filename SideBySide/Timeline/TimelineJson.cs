using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using TcpClose.Events;
using TcpClose.Kernel;

namespace SideBySide.Timeline;

/// <summary>
/// Writes the timeline as a JSON array of events. Times are in nanoseconds since the beginning of the picture.
/// </summary>
internal static class TimelineJson
{
    private static readonly JsonSerializerOptions Readable =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Returns the JSON of one connection.</summary>
    public static string Write(IReadOnlyList<TimelineEvent> timeline, long zero) =>
        Write(timeline.Select(m => Read(m, m.At - zero, m.Side.Name())));

    /// <summary>Returns the JSON of a relay's two connections. Each event names its connection.</summary>
    public static string Write(RelayedRun run, long zero)
    {
        var all = EventsOf(run.ToRelay, "client-relay").Concat(EventsOf(run.ToServer, "relay-server"));
        return Write(all.OrderBy(e => e.At).Select(e => e.Read));

        IEnumerable<(long At, JsonObject Read)> EventsOf(ObservedRun of, string connection)
        {
            foreach (TimelineEvent entry in of.Timeline())
            {
                JsonObject read = Read(entry, entry.At - zero, new LegEnd(of.Leg, entry.Side).Name);
                read["connection"] = connection;
                yield return (entry.At, read);
            }
        }
    }

    private static string Write(IEnumerable<JsonObject> events) =>
        new JsonArray([.. events]).ToJsonString(Readable) + "\n";

    private static JsonObject Read(TimelineEvent entry, long at, string side)
    {
        var read = new JsonObject { ["at"] = at, ["side"] = side };
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
