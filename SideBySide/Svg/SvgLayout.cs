using SideBySide.Drawing;
using TcpClose.Events;

namespace SideBySide.Svg;

/// <summary>
/// The vertical layout, in pixels. A row has the height that its texts need. Above it there may be a pause or a
/// heading, and below it the line at which both programs have finished.
/// </summary>
internal sealed class SvgLayout
{
    /// <summary>How far an arrow slopes down.</summary>
    public const int Slant = 10;

    /// <summary>The height of one line of small text.</summary>
    public const int Line = 15;

    /// <summary>How far the words at a lost segment are moved down, below its cross.</summary>
    public const int Cross = 6;

    private const int Heading = 22, PauseHeight = 26, Finished = 24;

    private readonly int[] _rows;
    private readonly HashSet<int> _departures;

    /// <summary>Lays out a ladder.</summary>
    /// <param name="ladder">The ladder.</param>
    /// <param name="columns">The columns, which decide how many lines a row needs.</param>
    /// <param name="top">The upper end of the two lines.</param>
    public SvgLayout(Ladder ladder, SvgColumns columns, int top)
    {
        Ladder = ladder;
        Columns = columns;
        Top = top;
        Groups = SegmentGroup.Of(ladder);
        Pauses = Pause.Of(ladder);
        HalfClosed = LadderMarks.HalfClosed(ladder);
        BothClosed = LadderMarks.BothClosed(ladder);
        InTimeWait = LadderMarks.InTimeWait(ladder);
        SaysFinished = BothClosed >= 0 && (BothClosed < ladder.Rows.Count - 1 || InTimeWait.Count > 0);
        _departures = [.. Enumerable.Range(0, ladder.Rows.Count)
            .Select(i => LadderMarks.DepartureOfCrossing(ladder, i)).OfType<int>()];
        _rows = new int[ladder.Rows.Count];
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

    public Ladder Ladder { get; }

    public SvgColumns Columns { get; }

    public IReadOnlyList<SegmentGroup> Groups { get; }

    public IReadOnlyList<Pause> Pauses { get; }

    public (int From, int To, Side Sender)? HalfClosed { get; }

    public int BothClosed { get; }

    public IReadOnlyList<Side> InTimeWait { get; }

    /// <summary>
    /// Whether to draw the line at which both programs have finished, because the kernel still has something to do
    /// then.
    /// </summary>
    public bool SaysFinished { get; }

    /// <summary>The upper end of the two lines.</summary>
    public int Top { get; }

    /// <summary>The lower end of the two lines.</summary>
    public int Bottom { get; }

    /// <summary>The base line of a row's text; its arrow begins a little above.</summary>
    public int Y(int row) => _rows[row];

    /// <summary>The base line of a side's text in a row; on the receiver's side it is at the arrow's tip.</summary>
    public int Y(int row, Side side) =>
        _rows[row] + (Ladder.Rows[row].Segment is { } s && s.Side != side ? Slant : 0);

    /// <summary>The base line of the heading of a group.</summary>
    public int HeadingOf(SegmentGroup group) =>
        _rows[group.Start] - Above(group.Start) - 6 - (HasDetailBelow(group, Columns) ? Line : 0);

    /// <summary>Whether the detail of a group has a line of its own, because the first line is full.</summary>
    public static bool HasDetailBelow(SegmentGroup group, SvgColumns columns) =>
        columns.IsNarrow && group.Detail != "";

    /// <summary>The middle of a pause.</summary>
    public int Middle(Pause pause) => _rows[pause.Row] - Above(pause.Row) - (PauseHeight / 2)
        - HeadingHeight(pause.Row);

    /// <summary>The base line of the note below the row in which both programs have finished.</summary>
    public int FinishedAt => _rows[BothClosed] + Below(BothClosed) + 14;

    /// <summary>The notes at the arrow of a row, from top to bottom.</summary>
    public IReadOnlyList<string> Notes(int row) =>
    [
        .. SegmentNotes.Of(Ladder, row),
        .. HalfClosed is { } half && half.From == row ? (string[])[SegmentNotes.HalfClosed(half.Sender)] : [],
    ];

    // The height of the heading of the group that begins in a row.
    private int HeadingHeight(int row) => Groups.FirstOrDefault(g => g.Start == row) is { } group
        ? Heading + (HasDetailBelow(group, Columns) ? Line : 0)
        : 0;

    // The label of an arrow is above it.
    private int Above(int row) => Ladder.Rows[row].Segment is null && !_departures.Contains(row) ? 15 : 21;

    private int Below(int row)
    {
        int notes = Notes(row).Count;
        int sides = ((Side[])[Side.Client, Side.Server]).Max(side =>
            Y(row, side) - _rows[row] + ((SvgSides.Lines(Ladder.Rows[row], side, Columns) - 1) * Line));
        int arrow = Ladder.Rows[row].Segment is null ? 0 : Slant;
        int cross = Ladder.Rows[row].Segment is { IsLost: true } ? Cross : 0;
        return Math.Max(notes == 0 ? arrow : arrow + 2 + cross + (notes * Line), sides) + 5;
    }
}
