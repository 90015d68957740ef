using SideBySide.Drawing;
using SideBySide.Timeline;
using TcpClose.Events;

namespace SideBySide.Svg;

/// <summary>
/// The vertical layout, in pixels. A row has the height that its texts need. A pause or a heading may be above it.
/// </summary>
internal sealed class SvgLayout
{
    /// <summary>How far an arrow slopes down.</summary>
    public const int Slant = 10;

    /// <summary>The height of one line of small text.</summary>
    public const int Line = 15;

    /// <summary>How far a lost segment's notes are moved down, below its cross.</summary>
    public const int Cross = 6;

    private const int Heading = 22, PauseHeight = 26, Finished = 24;

    private readonly int[] _rows;
    private readonly HashSet<int> _departures;

    /// <summary>Lays out a picture.</summary>
    public SvgLayout(Diagram diagram, SvgColumns columns, int top)
    {
        Diagram = diagram;
        Columns = columns;
        Top = top;
        Groups = diagram.HasRelay ? [] : SegmentGroup.Of(diagram.Ladders[0]);
        Pauses = Pause.Of(diagram);
        HalfClosed = [.. diagram.Ladders.Select(HalfClosedOf).OfType<HalfClosedTime>()];
        BothClosed = diagram.HasRelay ? -1 : LadderMarks.BothClosed(diagram.Ladders[0]);
        InTimeWait = [.. diagram.Ladders.SelectMany(l => LadderMarks.InTimeWait(l)
            .Select(side => new LegEnd(l.Leg, side)))];
        SaysFinished = BothClosed >= 0 && (BothClosed < diagram.Rows.Count - 1 || InTimeWait.Count > 0);
        _departures = [.. Enumerable.Range(0, diagram.Rows.Count).Select(DepartureOfCrossing).OfType<int>()];
        _rows = new int[diagram.Rows.Count];
        int y = top + Heading;          // the initial states
        for (int i = 0; i < _rows.Length; i++)
        {
            if (Pauses.Any(p => p.Row == i)) y += PauseHeight;
            y += HeadingHeight(i);
            _rows[i] = y + Above(i);
            y = _rows[i] + Below(i);
            if (BothClosed == i && SaysFinished) y += Finished;
        }

        Bottom = y + 4 + (InTimeWait.Count > 0 ? Line : 0);
    }

    public Diagram Diagram { get; }

    public SvgColumns Columns { get; }

    public IReadOnlyList<SegmentGroup> Groups { get; }

    public IReadOnlyList<Pause> Pauses { get; }

    public IReadOnlyList<HalfClosedTime> HalfClosed { get; }

    public int BothClosed { get; }

    public IReadOnlyList<LegEnd> InTimeWait { get; }

    /// <summary>
    /// Whether to show when both programs have finished: only if the kernel still has something to do.
    /// </summary>
    public bool SaysFinished { get; }

    /// <summary>The upper end of the sides' lines.</summary>
    public int Top { get; }

    /// <summary>The lower end of the sides' lines.</summary>
    public int Bottom { get; }

    /// <summary>The base line of a row's text.</summary>
    public int Y(int row) => _rows[row];

    /// <summary>The base line of a row's text on one side. It is lower at the receiver, where the arrow ends.</summary>
    public int Y(int row, Side side) => _rows[row] + (Row(row).Segment is { } s && s.Side != side ? Slant : 0);

    /// <summary>The upper edge of a row.</summary>
    public int TopOf(int row) => _rows[row] - Above(row);

    /// <summary>The lower edge of a row.</summary>
    public int BottomOf(int row) => _rows[row] + Below(row) - 1;

    /// <summary>What a row shows.</summary>
    public LadderRow Row(int row) => Diagram.Rows[row].Row;

    /// <summary>For a row in which a crossing FIN arrives: the row in which it was sent. Otherwise null.</summary>
    public int? DepartureOfCrossing(int row)
    {
        DiagramRow at = Diagram.Rows[row];
        return LadderMarks.DepartureOfCrossing(at.Ladder, at.Index) is { } departure
            ? Diagram.PlaceOf(at.Ladder, departure)
            : null;
    }

    /// <summary>The base line of the heading of a group.</summary>
    public int HeadingOf(SegmentGroup group) =>
        _rows[group.Start] - Above(group.Start) - 6 - (HasDetailBelow(group, Columns) ? Line : 0);

    /// <summary>Whether the detail of a group has a line of its own.</summary>
    public static bool HasDetailBelow(SegmentGroup group, SvgColumns columns) =>
        columns.IsNarrow && group.Detail != "";

    /// <summary>The middle of a pause.</summary>
    public int Middle(Pause pause) => _rows[pause.Row] - Above(pause.Row) - (PauseHeight / 2)
        - HeadingHeight(pause.Row);

    /// <summary>The base line of the note that both programs have finished.</summary>
    public int FinishedAt => _rows[BothClosed] + Below(BothClosed) + 14;

    /// <summary>The notes at the arrow of a row, from top to bottom.</summary>
    public IReadOnlyList<string> Notes(int row) =>
    [
        .. SegmentNotes.Of(Diagram.Rows[row].Ladder, Diagram.Rows[row].Index),
        .. HalfClosed.Where(h => h.From == row).SelectMany(h => HalfClosedNote(h.Sender)),
    ];

    private string[] HalfClosedNote(LegEnd sender)
    {
        string note = SegmentNotes.HalfClosed(sender.Name);
        return Columns.IsTight ? note.Replace(": ", ":\n", StringComparison.Ordinal).Split('\n') : [note];
    }

    private HalfClosedTime? HalfClosedOf(Ladder ladder) => LadderMarks.HalfClosed(ladder) is { } half
        ? new HalfClosedTime(Diagram.PlaceOf(ladder, half.From), Diagram.PlaceOf(ladder, half.To),
            new LegEnd(ladder.Leg, half.Sender))
        : null;

    // The height of the heading above a row.
    private int HeadingHeight(int row) => Groups.FirstOrDefault(g => g.Start == row) is { } group
        ? Heading + (HasDetailBelow(group, Columns) ? Line : 0)
        : 0;

    // The label of an arrow is above it.
    private int Above(int row) => Row(row).Segment is null && !_departures.Contains(row) ? 15 : 21;

    private int Below(int row)
    {
        int notes = Notes(row).Count;
        int sides = ((Side[])[Side.Client, Side.Server]).Max(side =>
            Y(row, side) - _rows[row] + ((SvgSides.Lines(Row(row), side, Columns) - 1) * Line));
        int arrow = Row(row).Segment is null ? 0 : Slant;
        int cross = Row(row).Segment is { IsLost: true } ? Cross : 0;
        return Math.Max(notes == 0 ? arrow : arrow + 2 + cross + (notes * Line), sides) + 5;
    }
}

/// <summary>The rows in which a connection was half-closed, and the end that could still send.</summary>
internal sealed record HalfClosedTime(int From, int To, LegEnd Sender);
