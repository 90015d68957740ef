using System.Xml.Linq;
using SideBySide.Drawing;
using SideBySide.Timeline;
using TcpClose.Events;

namespace SideBySide.Svg;

/// <summary>
/// Draws each segment: an arrow, its label, and its notes. An arrow slopes down, because time runs downwards.
/// </summary>
internal static class SvgArrows
{
    private const double LostAfter = 0.8, CharacterWidth = 6.7;

    // A text that is condensed by this factor is still easy to read.
    private const double MaxCondensed = 1.2;

    /// <summary>All segments, in order.</summary>
    public static IEnumerable<XElement> Draw(SvgLayout layout)
    {
        for (int i = 0; i < layout.Diagram.Rows.Count; i++)
        {
            LadderRow row = layout.Row(i);
            if (row.Skipped is { } skipped)
                yield return SvgElement.Text(layout.Columns.Middle, layout.Y(i), "m faint", skipped.Text);
            if (row.Segment is not { } segment) continue;

            // The notes come first, so that their border does not hide the tip of the arrow.
            int y = layout.Y(i) + SvgLayout.Slant + 7 + (segment.IsLost ? SvgLayout.Cross : 0);
            foreach (string note in layout.Notes(i))
            {
                yield return Note(layout.Columns, layout.Diagram.Rows[i].Ladder.Leg, y, note);
                y += SvgLayout.Line;
            }

            XElement drawn = Segment(layout, i, row.Number, segment);
            drawn.Add(new XAttribute("data-row", i));
            yield return drawn;
        }
    }

    private static XElement Segment(SvgLayout layout, int row, int number, SegmentEvent entry)
    {
        bool client = entry.Side == Side.Client, again = entry.Segment.IsRetransmission;
        SvgColumns columns = layout.Columns;
        LegEnd sender = layout.Diagram.Rows[row].Sender!.Value;
        int from = columns.Edge(sender), to = columns.Edge(sender.Peer);
        int y = layout.Y(row) - 5, sentAt = layout.Y(layout.DepartureOfCrossing(row) ?? row) - 5;
        double part = entry.IsLost ? LostAfter : 1;
        double x = from + ((to - from) * part), end = y + (SvgLayout.Slant * part);
        int back = client ? -9 : 9;
        int room = Math.Abs(to - from) - 12;
        string label = Words(LadderText.Label(entry));
        if (columns.IsTight && label.Length * CharacterWidth > room * MaxCondensed)
            label = Words(LadderText.LabelWithoutNumbers(entry.Segment));
        string kind = $"segment {sender.Name} {Kind(entry)}"
            + (entry.IsLost ? " lost" : "") + (again ? " again" : "");
        return SvgElement.Group(kind,
            SvgElement.Path($"M{from} {sentAt}L{(entry.IsLost ? x : x + (back / 2))} {end}", "arrow"),
            entry.IsLost
                ? SvgElement.Path($"M{x - 5} {end - 5}l10 10m0 -10l-10 10", "cross")
                : SvgElement.Path($"M{x} {end}l{back} -4.5v9z", "tip"),
            // The label of a steep arrow is at its start, so that it does not hide a crossing arrow.
            sentAt == y
                ? Label(columns.MiddleOf(sender.Leg), y - 4, "m label", label, room)
                : Label(client ? from + 6 : from - 6, sentAt - 6, client ? "label" : "e label", label,
                    Math.Abs(to - from) * 2 / 3));

        string Words(string header) =>
            $"{number} {header}" + (entry.IsLost ? ", lost" : "") + (again ? ", again" : "");
    }

    // A note is between the two lines of its connection.
    private static XElement Note(SvgColumns columns, Leg leg, int y, string note)
    {
        int room = columns.Edge(new LegEnd(leg, Side.Server)) - columns.Edge(new LegEnd(leg, Side.Client)) - 4;
        return columns.IsTight
            ? Label(columns.MiddleOf(leg), y, "m note", note, room)
            : SvgElement.Text(columns.MiddleOf(leg), y, "m note", note);
    }

    // Condenses a label that is too long.
    private static XElement Label(int x, int y, string kind, string text, int room)
    {
        XElement label = SvgElement.Text(x, y, kind, text);
        if (text.Length * CharacterWidth > room)
            label.Add(new XAttribute("textLength", room), new XAttribute("lengthAdjust", "spacingAndGlyphs"));
        return label;
    }

    private static string Kind(SegmentEvent s) =>
        s.Has("SYN") || s.Has("FIN") || s.Has("RST") ? "flag" : s.Segment.Length == 0 ? "ack" : "data";
}
