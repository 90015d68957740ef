using System.Globalization;
using System.Xml.Linq;
using SideBySide.Drawing;
using SideBySide.Timeline;
using TcpClose.Events;
using TcpClose.Output;

namespace SideBySide.Svg;

/// <summary>
/// Draws the title, the headings, the brackets beside the opening and the close, and what the kernel does afterwards.
/// </summary>
internal static class SvgHeadings
{
    /// <summary>The upper end of the sides' lines without a title.</summary>
    public const int TopWithoutTitle = 42;

    private const int TitleHeight = 19;
    private const double CharacterWidth = 8.4;

    /// <summary>Breaks a title into lines that fit the width.</summary>
    public static string[] TitleLines(string title, SvgColumns columns) =>
        [.. EventTextFormatter.Wrap(title, (int)((columns.Width - (2 * SvgColumns.Margin)) / CharacterWidth))];

    /// <summary>The upper end of the sides' lines below a title.</summary>
    public static int Top(string[] title) => 56 + (title.Length * TitleHeight);

    /// <summary>Draws a title.</summary>
    public static IEnumerable<XElement> Title(string[] lines) => lines.Select((line, i) =>
        SvgElement.Text(SvgColumns.Margin, 26 + (i * TitleHeight), "title", line));

    /// <summary>Draws the headings of the columns.</summary>
    public static IEnumerable<XElement> Columns(SvgLayout layout)
    {
        SvgColumns columns = layout.Columns;
        yield return SvgElement.Text(columns.Time, layout.Top - 8, "e faint", "ms");
        if (layout.Diagram.HasRelay) yield return SvgElement.Text(columns.Middle, layout.Top - 24, "m head", "relay");
        foreach (LegEnd end in layout.Diagram.Ends)
        {
            if (!end.IsRelay)
                yield return SvgElement.Text(columns.Line(end), layout.Top - 24, "m head", end.Name);
            yield return SvgElement.Text(columns.Line(end), layout.Top - 8, "m role",
                LadderMarks.Role(layout.Diagram.LadderOf(end), end.Side));
        }
    }

    /// <summary>Draws the brackets, and the notes about a missing capture and about the time after the close.</summary>
    public static IEnumerable<XElement> Inside(SvgLayout layout, TimeSpan? timeWait)
    {
        foreach (XElement part in layout.Groups.SelectMany(g => Bracket(layout, g))) yield return part;
        if (layout.Diagram.Rows.All(r => r.Row.Segment is null))
            yield return SvgElement.Text(layout.Columns.Middle, layout.Top + 12, "m note",
                "the segments were not captured");
        foreach (XElement part in Finished(layout, timeWait)) yield return part;
    }

    private static IEnumerable<XElement> Bracket(SvgLayout layout, SegmentGroup group)
    {
        int top = layout.HeadingOf(group) - 5, bottom = layout.Y(group.Rows[^1]) + SvgLayout.Slant - 5;
        yield return SvgElement.Path($"M11 {top}H6V{bottom}H11", "bracket");
        bool detailed = group.Detail != "", below = SvgLayout.HasDetailBelow(group, layout.Columns);
        yield return SvgElement.Text(SvgColumns.Margin, layout.HeadingOf(group), "group",
            group.Label + (detailed && !below ? $" ({group.Detail})" : ""));
        if (below)
        {
            yield return SvgElement.Text(SvgColumns.Margin, layout.HeadingOf(group) + SvgLayout.Line, "group",
                $"({group.Detail})");
        }
    }

    // What the kernel does after both programs have closed.
    private static IEnumerable<XElement> Finished(SvgLayout layout, TimeSpan? timeWait)
    {
        if (layout.SaysFinished)
        {
            string text = "both programs have closed" + (layout.Columns.IsTight ? "" : ": the kernel does the rest");
            yield return SvgElement.LineAround(SvgColumns.Margin, layout.Columns.Width - SvgColumns.Margin,
                layout.Columns.Middle, SvgElement.HalfWidthOfNote(text), layout.FinishedAt - 4, "finished");
            yield return SvgElement.Text(layout.Columns.Middle, layout.FinishedAt, "m note", text);
        }

        string length = timeWait is { } span
            ? span.TotalSeconds.ToString(" 0 's'", CultureInfo.InvariantCulture)
            : "";
        if (layout is { InTimeWait.Count: 2, Diagram.HasRelay: false })
        {
            yield return SvgElement.Text(layout.Columns.Middle, layout.Bottom - 4, "m note",
                $"TIME-WAIT{length} on both sides");
            yield break;
        }

        // With a relay there is no room for the whole sentence.
        string why = layout.Diagram.HasRelay ? "" : ": answers a repeated FIN";
        foreach (LegEnd end in layout.InTimeWait)
        {
            yield return SvgElement.Text(layout.Columns.Edge(end) - (SvgColumns.Outward(end.Side) * 6),
                layout.Bottom - 4, end.Side == Side.Client ? "note" : "e note", $"TIME-WAIT{length}{why}");
        }
    }
}
