using System.Net.NetworkInformation;
using System.Xml.Linq;
using SideBySide.Drawing;
using SideBySide.Timeline;
using TcpClose.Events;

namespace SideBySide.Svg;

/// <summary>
/// Draws each side as a vertical line in the colours of its states, the time in which the connection was half-closed as
/// an area between them, and each pause as a break in both lines.
/// </summary>
internal static class SvgLifelines
{
    private static readonly Side[] Both = [Side.Client, Side.Server];

    /// <summary>Draws the lines and everything else that is underneath the arrows.</summary>
    public static IEnumerable<XElement> Draw(SvgLayout layout) =>
    [
        .. HalfClosed(layout),
        .. Both.SelectMany(side => Line(layout, side)),
        .. layout.Pauses.SelectMany(pause => Break(layout, pause)),
    ];

    private static IEnumerable<XElement> HalfClosed(SvgLayout layout)
    {
        if (layout.HalfClosed is not { } half) yield break;
        int left = layout.Columns.Line(Side.Client), from = layout.Y(half.From) - 5 + SvgLayout.Slant;
        yield return SvgElement.Rect(left, from, layout.Columns.Line(Side.Server) - left, layout.Y(half.To) - 5 - from,
            "half-closed");
    }

    private static IEnumerable<XElement> Line(SvgLayout layout, Side side)
    {
        int x = layout.Columns.Line(side) - (SvgColumns.Bar / 2), from = layout.Top;
        TcpState? state = layout.Ladder.InitialStates.TryGetValue(side, out TcpState first) ? first : null;
        for (int i = 0; i < layout.Ladder.Rows.Count; i++)
        {
            if (!layout.Ladder.Rows[i].States.TryGetValue(side, out TcpState next)) continue;
            int to = layout.Y(i, side) - 5;
            if (SvgSides.Kind(next) == SvgSides.Kind(state)) continue;
            yield return Bar(to);
            (from, state) = (to, next);
        }

        yield return Bar(layout.Bottom);

        XElement Bar(int to) =>
            SvgElement.Rect(x, from, SvgColumns.Bar, Math.Max(0, to - from), $"bar {SvgSides.Kind(state)}");
    }

    private static IEnumerable<XElement> Break(SvgLayout layout, Pause pause)
    {
        int y = layout.Middle(pause);
        foreach (Side side in Both)
        {
            int x = layout.Columns.Line(side);
            yield return SvgElement.Rect(x - 5, y - 3, 10, 6, "gap");
            yield return SvgElement.Path($"M{x - 8} {y - 1}l16 -4m-16 10l16 -4", "break");
        }

        // Two FINs cross here, so the text is beside their arrows.
        bool crossed = Enumerable.Range(pause.Row, layout.Ladder.Rows.Count - pause.Row)
            .Any(i => LadderMarks.DepartureOfCrossing(layout.Ladder, i) is { } at && at < pause.Row);
        if (crossed)
        {
            yield return SvgElement.Text(layout.Columns.Call(Side.Client), y + 4, "e note",
                "both FINs are");
            yield return SvgElement.Text(layout.Columns.Call(Side.Server), y + 4, "note",
                $"held: {RunClock.Milliseconds(pause.Nanoseconds)} ms");
            yield break;
        }

        yield return SvgElement.Path(
            $"M{layout.Columns.Edge(Side.Client) + 8} {y}H{layout.Columns.Edge(Side.Server) - 8}", "pause");
        yield return SvgElement.Text(layout.Columns.Middle, y + 4, "m note", pause.Text);
    }
}
