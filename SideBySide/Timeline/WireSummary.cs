using SideBySide.Tracing;
using TcpClose.Events;

namespace SideBySide.Timeline;

/// <summary>
/// Summarizes the segments after the handshake, in the words of <c>ScenarioTable</c>: <c>client FIN</c>.
/// </summary>
public static class WireSummary
{
    /// <summary>
    /// Summarizes one connection's segments. There is one entry for consecutive data in the same direction, for a FIN,
    /// for a RST, and for the acknowledgement of a FIN if it is a segment of its own. A SYN is an entry only if a RST
    /// answers it.
    /// </summary>
    public static IReadOnlyList<string> Of(IEnumerable<SegmentEvent> segments, int clientPort)
    {
        // The segments in the order in which the receivers process them: a segment after a gap waits until the gap is
        // filled.
        var taken = new List<Segment>();
        var next = new Dictionary<Side, long>();
        var waiting = new List<SegmentEvent>();
        foreach (SegmentEvent entry in segments.Where(s => !s.IsLost))
        {
            waiting.Add(entry);
            while (waiting.FirstOrDefault(IsNext) is { } segment)
            {
                waiting.Remove(segment);
                bool again = segment.End > segment.Segment.Sequence
                    && segment.End <= next.GetValueOrDefault(segment.Side, -1);
                if (!again) taken.Add(segment.Segment with { IsRetransmission = false });
                next[segment.Side] = Math.Max(segment.End, next.GetValueOrDefault(segment.Side));
            }
        }

        return Of(taken, clientPort);

        bool IsNext(SegmentEvent s) =>
            s.Has("SYN") || s.Has("RST") || s.Segment.Sequence <= next.GetValueOrDefault(s.Side);
    }

    /// <summary>Whether the connection has ended on the wire: a RST arrived, or both FINs were acknowledged.</summary>
    public static bool IsOver(IReadOnlyList<SegmentEvent> segments)
    {
        SegmentEvent[] arrived = [.. segments.Where(s => !s.IsLost)];
        bool IsAcknowledged(Side side) => arrived.FirstOrDefault(s => s.Side == side && s.Has("FIN")) is { } fin
            && arrived.Any(s => s.Side != side && s.Has("ACK") && s.Segment.Acknowledgement == fin.End);
        return arrived.Any(s => s.Has("RST")) || (IsAcknowledged(Side.Client) && IsAcknowledged(Side.Server));
    }

    /// <summary>
    /// Summarizes segments that are already in the order in which the receivers process them. Ignores retransmissions.
    /// </summary>
    public static IReadOnlyList<string> Of(IEnumerable<Segment> segments, int clientPort)
    {
        var summary = new List<string>();
        var finEnds = new Dictionary<string, long>();       // by sender: the number that acknowledges its FIN
        Segment[] all = [.. segments];
        if (all is [{ Flags: "SYN" }, { Flags: "RST ACK" }, ..]) summary.Add("client SYN");
        foreach (Segment segment in all.Where(s => !s.Flags.Contains("SYN", StringComparison.Ordinal)
            && !s.IsRetransmission))
        {
            string side = segment.FromPort == clientPort ? "client" : "server",
                other = side == "client" ? "server" : "client";
            bool fin = segment.Flags.Contains("FIN", StringComparison.Ordinal),
                rst = segment.Flags.Contains("RST", StringComparison.Ordinal);
            bool acknowledgesFin = finEnds.TryGetValue(other, out long end) && segment.Acknowledgement == end;
            if (segment.Length > 0 && summary.LastOrDefault() != $"{side} data") summary.Add($"{side} data");
            if (fin) summary.Add($"{side} FIN");
            if (rst) summary.Add($"{side} RST");
            if (acknowledgesFin && !fin && !rst && segment.Length == 0) summary.Add($"{side} ACK");
            if (acknowledgesFin) finEnds.Remove(other);     // only the first ACK counts; data or a FIN may carry it
            if (fin) finEnds[side] = segment.Sequence + segment.Length + 1;
        }

        return summary;
    }
}
