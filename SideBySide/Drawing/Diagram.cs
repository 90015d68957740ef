using SideBySide.Timeline;
using TcpClose.Events;

namespace SideBySide.Drawing;

/// <summary>
/// What a picture shows: one connection, or both connections of a relay. All rows are in one list, in the order of
/// their times.
/// </summary>
public sealed class Diagram
{
    private readonly Dictionary<LadderRow, int> _places = new(ReferenceEqualityComparer.Instance);

    private Diagram(IReadOnlyList<Ladder> ladders)
    {
        Ladders = ladders;
        Rows = Merge(ladders);
        foreach (DiagramRow row in Rows) _places[row.Row] = _places.Count;
    }

    /// <summary>The connections, from left to right.</summary>
    public IReadOnlyList<Ladder> Ladders { get; }

    /// <summary>The rows, from top to bottom.</summary>
    public IReadOnlyList<DiagramRow> Rows { get; }

    /// <summary>Whether the picture shows the two connections of a relay.</summary>
    public bool HasRelay => Ladders.Count > 1;

    /// <summary>
    /// The beginning of the picture, in nanoseconds: since 1970 for a capture file, otherwise on the monotonic clock.
    /// </summary>
    public long Zero => Ladders[0].Zero;

    /// <summary>The sockets, from left to right.</summary>
    public IEnumerable<LegEnd> Ends =>
        Ladders.SelectMany(l => (LegEnd[])[new(l.Leg, Side.Client), new(l.Leg, Side.Server)]);

    /// <summary>A picture of one connection.</summary>
    public static Diagram Of(Ladder ladder) => new([ladder]);

    /// <summary>A picture of a relay's two connections. Their segments are numbered together.</summary>
    public static Diagram Of(RelayedRun run)
    {
        var diagram = new Diagram([Ladder.Of(run.ToRelay), Ladder.Of(run.ToServer)]);
        int number = 0;
        foreach (DiagramRow row in diagram.Rows.Where(r => r.Row.Segment is not null)) row.Row.Number = ++number;
        return diagram;
    }

    /// <summary>The same picture without the middle of a long connection.</summary>
    public Diagram Folded() => new([.. Ladders.Select(LadderFold.Of)]);

    /// <summary>The connection of an end.</summary>
    public Ladder LadderOf(LegEnd end) => Ladders.First(l => l.Leg == end.Leg);

    /// <summary>The place of a connection's row among all rows.</summary>
    public int PlaceOf(Ladder ladder, int row) => _places[ladder.Rows[row]];

    /// <summary>The time of a row, in milliseconds since <see cref="Zero"/>.</summary>
    public string TimeOf(DiagramRow row) => row.Ladder.TimeOf(row.Row, Zero);

    // Each connection keeps the order of its rows. All segments are in the order of their times.
    private static List<DiagramRow> Merge(IReadOnlyList<Ladder> ladders)
    {
        var merged = new List<DiagramRow>();
        long[][] times = [.. ladders.Select(l => SortingTimes(l.Rows))];
        int[] next = new int[ladders.Count];
        while (Enumerable.Range(0, ladders.Count).Where(i => next[i] < times[i].Length)
            .Select(i => (int?)i).MinBy(i => times[i!.Value][next[i.Value]]) is { } first)
        {
            merged.Add(new DiagramRow(ladders[first], next[first]));
            next[first]++;
        }

        return merged;
    }

    // The time by which each row is sorted: its own time, but not later than that of the connection's next segment. The
    // clocks of calls and segments differ slightly, and a call must not delay the segment below it.
    private static long[] SortingTimes(IReadOnlyList<LadderRow> rows)
    {
        long[] times = [.. rows.Select(r => r.At)];
        long latest = long.MaxValue;
        for (int i = times.Length - 1; i >= 0; i--)
        {
            times[i] = Math.Min(times[i], latest);
            if (rows[i].Segment is not null) latest = times[i];
        }

        return times;
    }
}

/// <summary>A row of a picture.</summary>
/// <param name="Ladder">The connection that it belongs to.</param>
/// <param name="Index">Its index among the rows of that connection.</param>
public readonly record struct DiagramRow(Ladder Ladder, int Index)
{
    /// <summary>What it shows.</summary>
    public LadderRow Row => Ladder.Rows[Index];

    /// <summary>The end that sends the row's segment; null if there is none.</summary>
    public LegEnd? Sender => Row.Segment is { } segment ? new LegEnd(Ladder.Leg, segment.Side) : null;
}
