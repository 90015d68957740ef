using SideBySide.Timeline;
using TcpClose.Events;

namespace SideBySide.Drawing;

/// <summary>The segments that open a connection, or those that close it.</summary>
/// <param name="Name"><c>opening</c> or <c>closing</c>.</param>
/// <param name="Rows">The indexes of their rows in the ladder, in order.</param>
/// <param name="Start">The index of the row in which the first was sent.</param>
/// <param name="Detail">
/// How many of the group's segments were lost or sent again. If none were, but other segments are in between, the
/// numbers of the group's segments. Otherwise empty.
/// </param>
public sealed record SegmentGroup(string Name, IReadOnlyList<int> Rows, int Start, string Detail)
{
    /// <summary>The group in words: <c>closing: 4 segments</c>.</summary>
    public string Label => $"{Name}: {Rows.Count} segments";

    /// <summary>The opening, if both SYNs arrived, and the closing, if both FINs arrived.</summary>
    public static IReadOnlyList<SegmentGroup> Of(Ladder ladder)
    {
        (SegmentEvent Segment, int Row)[] sent = [.. ladder.Rows.Select((row, i) => (row.Segment, i))
            .Where(s => s.Segment is not null).Select(s => (s.Segment!, s.i))];
        bool Both(string flag) => sent.Where(s => s.Segment.Has(flag) && !s.Segment.IsLost)
            .Select(s => s.Segment.Side).Distinct().Count() == 2;
        return
        [
            .. Both("SYN") ? (SegmentGroup[])[Create("opening", ladder, Opening(sent))] : [],
            .. Both("FIN") ? (SegmentGroup[])[Create("closing", ladder, Closing(sent))] : [],
        ];
    }

    // The SYNs, and the pure ACKs of the server's SYN that the client sends before its first data or FIN.
    private static IEnumerable<int> Opening((SegmentEvent Segment, int Row)[] sent)
    {
        long acknowledged = sent.First(s => s.Segment.Has("SYN") && s.Segment.Side == Side.Server).Segment.End;
        bool over = false;
        foreach ((SegmentEvent segment, int row) in sent)
        {
            bool client = segment.Side == Side.Client, syn = segment.Has("SYN");
            over |= client && !syn && !IsPureAck(segment);
            if (syn || (client && !over && segment.Segment.Acknowledgement == acknowledged)) yield return row;
        }
    }

    // The FINs, every pure ACK of a FIN, and the first segment that acknowledges a FIN.
    private static IEnumerable<int> Closing((SegmentEvent Segment, int Row)[] sent)
    {
        var ends = new Dictionary<Side, long>();        // by sender: the number that acknowledges its FIN
        var acknowledged = new HashSet<Side>();
        foreach ((SegmentEvent segment, int row) in sent)
        {
            Side other = segment.Side.Peer();
            bool acknowledges = ends.TryGetValue(other, out long end) && segment.Has("ACK")
                && segment.Segment.Acknowledgement == end
                && (IsPureAck(segment) || !acknowledged.Contains(other));
            if (segment.Has("FIN")) ends[segment.Side] = segment.End;
            if (acknowledges && !segment.IsLost) acknowledged.Add(other);
            if (segment.Has("FIN") || acknowledges) yield return row;
        }
    }

    private static bool IsPureAck(SegmentEvent s) => s.Segment is { Flags: "ACK", Length: 0 };

    private static SegmentGroup Create(string name, Ladder ladder, IEnumerable<int> indexes)
    {
        int[] rows = [.. indexes];
        LadderRow[] parts = [.. rows.Select(i => ladder.Rows[i])];
        int lost = parts.Count(r => r.Segment!.IsLost), again = parts.Count(r => r.Segment!.Segment.IsRetransmission);
        bool together = parts[^1].Number - parts[0].Number == parts.Length - 1;
        string detail = lost + again == 0
            ? together ? "" : string.Join(", ", parts.Select(r => r.Number))
            : string.Join(", ", [.. lost > 0 ? (string[])[$"{lost} lost"] : [],
                .. again > 0 ? (string[])[$"{again} sent again"] : []]);
        return new SegmentGroup(
            name, rows, rows.Min(i => LadderMarks.DepartureOfCrossing(ladder, i) ?? i), detail);
    }
}
