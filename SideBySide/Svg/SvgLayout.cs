using SideBySide.Drawing;
using TcpClose.Events;

namespace SideBySide.Svg;

/// <summary>
/// Where everything is from top to bottom. A row takes the height that its texts need. Above it there may be a pause or
/// a heading, and below it the line at which both programs have finished.
/// </summary>
internal sealed class SvgLayout
{
    /// <summary>How far an arrow falls on its way.</summary>
    public const int Slant = 10;

    /// <summary>The height of one line of small text.</summary>
    public const int Line = 15;

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
            if (Groups.Any(g => g.Start == i)) y += Heading;
            _rows[i] = y + Above(i);
            y = _rows[i] + Below(i);
            if (BothClosed == i && SaysFinished) y += Finished;
        }

        Bottom = y + 4 + (InTimeWait.Count * Line);
    }

    public Ladder Ladder { get; }

    public SvgColumns Columns { get; }

    public IReadOnlyList<SegmentGroup> Groups { get; }

    public IReadOnlyList<Pause> Pauses { get; }

    public (int From, int To, Side Sender)? HalfClosed { get; }

    public int BothClosed { get; }

    public IReadOnlyList<Side> InTimeWait { get; }

    /// <summary>Whether the kernel still has something to do when both programs have closed.</summary>
    public bool SaysFinished { get; }

    /// <summary>The upper end of the two lines.</summary>
    public int Top { get; }

    /// <summary>The lower end of the two lines.</summary>
    public int Bottom { get; }

    /// <summary>The base line of a row's text; its arrow begins a little above.</summary>
    public int Y(int row) => _rows[row];

    /// <summary>The base line of what arrives at a side in a row, which is that of the arrow's tip.</summary>
    public int Y(int row, Side side) =>
        _rows[row] + (Ladder.Rows[row].Segment is { } s && s.Side != side ? Slant : 0);

    /// <summary>The base line of the heading of a group.</summary>
    public int HeadingOf(SegmentGroup group) => _rows[group.Start] - Above(group.Start) - 6;

    /// <summary>The middle of a pause.</summary>
    public int Middle(Pause pause) => _rows[pause.Row] - Above(pause.Row) - (PauseHeight / 2)
        - (Groups.Any(g => g.Start == pause.Row) ? Heading : 0);

    /// <summary>The base line of the words after the row in which both programs have finished.</summary>
    public int FinishedAt => _rows[BothClosed] + Below(BothClosed) + 14;

    /// <summary>The words at the arrow of a row, from top to bottom.</summary>
    public IReadOnlyList<string> Notes(int row) =>
    [
        .. SegmentNotes.Of(Ladder, row),
        .. HalfClosed is { } half && half.From == row ? (string[])[SegmentNotes.HalfClosed(half.Sender)] : [],
    ];

    // The label of an arrow is above it.
    private int Above(int row) => Ladder.Rows[row].Segment is null && !_departures.Contains(row) ? 15 : 21;

    private int Below(int row)
    {
        int notes = Notes(row).Count;
        int sides = ((Side[])[Side.Client, Side.Server]).Max(side =>
            Y(row, side) - _rows[row] + ((SvgSides.Lines(Ladder.Rows[row], side, Columns) - 1) * Line));
        int arrow = Ladder.Rows[row].Segment is null ? 0 : Slant;
        return Math.Max(notes == 0 ? arrow : arrow + 2 + (notes * Line), sides) + 5;
    }
}
