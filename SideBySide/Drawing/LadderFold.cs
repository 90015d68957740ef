using SideBySide.Timeline;
using TcpClose.Events;

namespace SideBySide.Drawing;

/// <summary>
/// Folds the middle of a long ladder. If many successive rows only transfer data, the first few and the last few
/// remain, and one row counts the segments of the others.
/// </summary>
internal static class LadderFold
{
    /// <summary>A ladder with at most this number of rows is not folded.</summary>
    internal const int MaxRows = 150;

    // The number of rows that remain on each side of a fold, and the minimum number in a fold.
    private const int Edge = 4, MinFolded = 8;

    /// <summary>Returns the ladder itself if it is short.</summary>
    public static Ladder Of(Ladder ladder)
    {
        if (ladder.Rows.Count <= MaxRows) return ladder;
        Ladder folded = Fold(ladder, IsTransfer);
        return folded.Rows.Count <= MaxRows
            ? folded
            : Fold(folded, (row, i) => i >= MaxRows / 3 && i < folded.Rows.Count - (MaxRows / 2) && IsData(row));

        static bool IsTransfer(LadderRow row, int index) => row.Skipped is null && IsData(row)
            && row.Segment is not ({ IsLost: true } or { Segment.IsRetransmission: true });
    }

    // Whether a row only transfers or acknowledges data. Folds, lost data and repeated data count too.
    private static bool IsData(LadderRow row) => row.States.Count == 0
        && row.Calls.Values.All(c => c.Phase is ClosePhase.Sent or ClosePhase.Received)
        && (row.Segment is not { } s || !(s.Has("SYN") || s.Has("FIN") || s.Has("RST")));

    private static Ladder Fold(Ladder ladder, Func<LadderRow, int, bool> mayFold)
    {
        var rows = new List<LadderRow>();
        var places = new Dictionary<int, int>();        // the new index of each remaining row
        for (int i = 0; i < ladder.Rows.Count;)
        {
            int end = i;
            while (end < ladder.Rows.Count && mayFold(ladder.Rows[end], end)) end++;
            for (int kept = end - i >= MinFolded + (2 * Edge) ? i + Edge : Math.Max(end, i + 1); i < kept; i++) Keep(i);
            if (end - i < MinFolded) continue;
            rows.Add(Count(ladder, i, end - Edge));
            for (i = end - Edge; i < end; i++) Keep(i);
        }

        return ladder.WithRows([.. rows.Select(r =>
            r.SentAt is { } at ? r.WithSentAt(places.TryGetValue(at, out int place) ? place : null) : r)]);

        void Keep(int index)
        {
            places[index] = rows.Count;
            rows.Add(ladder.Rows[index]);
        }
    }

    private static LadderRow Count(Ladder ladder, int from, int to)
    {
        IEnumerable<LadderRow> rows = Enumerable.Range(from, to - from).Select(i => ladder.Rows[i]);
        return LadderRow.Fold(ladder.Rows[from].At,
            rows.Select(Count).Aggregate(new FoldedSegments(0, 0, 0), (sum, next) => sum + next));
    }

    private static FoldedSegments Count(LadderRow row) => row switch
    {
        { Skipped: { } skipped } => skipped,
        { Segment: { } s } => new(1, s.Side == Side.Client ? s.Segment.Length : 0,
            s.Side == Side.Server ? s.Segment.Length : 0),
        _ => new(0, 0, 0),
    };
}
