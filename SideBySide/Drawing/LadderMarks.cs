using System.Net.NetworkInformation;
using SideBySide.Timeline;
using TcpClose.Events;

namespace SideBySide.Drawing;

/// <summary>Facts that the rows of a ladder show only together: for example, which side closed actively.</summary>
public static class LadderMarks
{
    /// <summary>A side's role in the end of the connection; empty if it is unknown.</summary>
    public static string Role(Ladder ladder, Side side)
    {
        HashSet<TcpState> states =
            [.. ladder.Rows.SelectMany(r => r.States).Where(s => s.Key == side).Select(s => s.Value)];
        SegmentEvent[] segments = [.. ladder.Rows.Select(r => r.Segment).OfType<SegmentEvent>()];
        if (states.Overlaps([TcpState.FinWait1, TcpState.FinWait2, TcpState.Closing, TcpState.TimeWait]))
            return "active close";
        if (states.Overlaps([TcpState.CloseWait, TcpState.LastAck])) return "passive close";
        if (segments.FirstOrDefault(s => s.Has("RST")) is not { } reset) return "";
        bool opened = segments.Any(s => s.Side == Side.Server && s.Has("SYN"));
        return reset.Side == side
            ? opened ? "sends the RST" : "nothing listens"
            : opened ? "is reset" : "is refused";
    }

    /// <summary>
    /// The rows between which the connection was half-closed, and the side that could still send. The time begins when
    /// the first FIN and everything before it have arrived, and ends when the other side sends its FIN. Null if a FIN
    /// is missing, or if the time is too short to draw. Also null if the sender of the first FIN had already closed its
    /// socket, because it receives nothing more.
    /// </summary>
    public static (int From, int To, Side Sender)? HalfClosed(Ladder ladder)
    {
        int first = Find(0, s => s.Has("FIN") && !s.IsLost);
        if (first < 0) return null;
        SegmentEvent fin = ladder.Rows[first].Segment!;
        Side sender = fin.Side.Peer();
        int from = Enumerable.Range(first, ladder.Rows.Count - first)
            .FirstOrDefault(i => Reached(ladder, fin.Side, i) >= fin.End, -1);
        int departure = Find(0, s => s.Side == sender && s.Has("FIN"));
        if (from < 0 || departure < 0 || ClosedBy(fin.Side) <= from) return null;
        int to = ladder.Rows[departure].SentAt ?? departure;
        return to <= from + 1 ? null : (from, to, sender);

        int Find(int start, Func<SegmentEvent, bool> wanted) => Enumerable.Range(start, ladder.Rows.Count - start)
            .FirstOrDefault(i => ladder.Rows[i].Segment is { } s && wanted(s), -1);

        int ClosedBy(Side side) => LastClose(ladder, side) is var at and >= 0 ? at : int.MaxValue;
    }

    /// <summary>
    /// The earlier row in which a FIN was queued, if the FIN crosses the other side's; otherwise null.
    /// </summary>
    public static int? DepartureOfCrossing(Ladder ladder, int row)
    {
        if (ladder.Rows[row] is not { Segment: { } fin, SentAt: { } at }) return null;
        bool crosses = Enumerable.Range(0, ladder.Rows.Count).Any(i =>
            ladder.Rows[i] is { Segment: { } other, SentAt: { } otherAt }
            && other.Side != fin.Side && otherAt < row && at < i);
        return crosses ? at : null;
    }

    /// <summary>The row after which both programs have closed their sockets; -1 if they have not.</summary>
    public static int BothClosed(Ladder ladder)
    {
        int client = LastClose(ladder, Side.Client), server = LastClose(ladder, Side.Server);
        return client < 0 || server < 0 ? -1 : Math.Max(client, server);
    }

    /// <summary>The sides that are in TIME-WAIT at the end.</summary>
    public static IReadOnlyList<Side> InTimeWait(Ladder ladder) =>
        [.. ((Side[])[Side.Client, Side.Server]).Where(side =>
            ladder.LastChange(side, ladder.Rows.Count)?.States[side] == TcpState.TimeWait)];

    private static int LastClose(Ladder ladder, Side side) => ladder.Rows.ToList().FindLastIndex(r =>
        r.Calls.TryGetValue(side, out CallEvent? call)
        && call.Phase is ClosePhase.SocketClosed or ClosePhase.Aborted);

    /// <summary>Whether a RST answers a SYN because nothing listens on the port.</summary>
    public static bool IsRefusal(Ladder ladder, int row)
    {
        if (ladder.Rows[row].Segment is not { } reset || !reset.Has("RST")) return false;
        SegmentEvent[] before = [.. ladder.Rows.Take(row).Select(r => r.Segment).OfType<SegmentEvent>()];
        return before.Length > 0 && before.All(s => s.Side != reset.Side && s.Has("SYN"));
    }

    // The number up to which everything from a side has arrived after a row: the peer's RCV.NXT (RFC 9293 3.3.1).
    // Folded segments count as arrived.
    private static long Reached(Ladder ladder, Side side, int row)
    {
        long next = 0;
        int last = 0;
        foreach ((SegmentEvent s, int i) in ladder.Rows.Take(row + 1).Select((r, i) => (r.Segment!, i))
            .Where(s => s.Item1 is { IsLost: false } && s.Item1.Side == side).OrderBy(s => s.Item1.Segment.Sequence))
        {
            if (s.Segment.Sequence > next && !IsFolded(last, i)) continue;
            next = Math.Max(next, s.End);
            last = i;
        }

        return next;

        bool IsFolded(int from, int to) =>
            ladder.Rows.Take(to).Skip(from).Any(r => r.Skipped is { } folded && folded.BytesOf(side) > 0);
    }
}
