using System.Net.NetworkInformation;
using System.Xml.Linq;
using SideBySide.Drawing;
using SideBySide.Timeline;
using TcpClose.Events;

namespace SideBySide.Svg;

/// <summary>
/// Draws each end of a connection as a vertical line in the colours of its states, and a relay as a box. Half-closed
/// time is an area between two lines. A pause is a break in the lines.
/// </summary>
internal static class SvgLifelines
{
    /// <summary>Draws what is underneath the arrows.</summary>
    public static IEnumerable<XElement> Draw(SvgLayout layout) =>
    [
        .. Relay(layout),
        .. layout.HalfClosed.Select(half => HalfClosed(layout, half)),
        .. layout.Diagram.Ends.SelectMany(end => Line(layout, end)),
        .. layout.Pauses.SelectMany(pause => Break(layout, pause)),
    ];

    // The box of the relay.
    private static IEnumerable<XElement> Relay(SvgLayout layout)
    {
        LegEnd[] sockets = [.. layout.Diagram.Ends.Where(end => end.IsRelay)];
        if (sockets is not [var first, var second]) yield break;
        int left = layout.Columns.Line(first);
        yield return SvgElement.Rect(left, layout.Top, layout.Columns.Line(second) - left, layout.Bottom - layout.Top,
            "relay-box");
    }

    private static XElement HalfClosed(SvgLayout layout, HalfClosedTime half)
    {
        LegEnd client = half.Sender with { Side = Side.Client };
        int left = layout.Columns.Line(client), from = layout.Y(half.From) - 5 + SvgLayout.Slant;
        return SvgElement.Rect(left, from, layout.Columns.Line(client.Peer) - left, layout.Y(half.To) - 5 - from,
            "half-closed");
    }

    private static IEnumerable<XElement> Line(SvgLayout layout, LegEnd end)
    {
        int x = layout.Columns.Line(end) - (SvgColumns.Bar / 2), from = layout.Top;
        Ladder ladder = layout.Diagram.LadderOf(end);
        TcpState? state = ladder.InitialStates.TryGetValue(end.Side, out TcpState first) ? first : null;
        for (int i = 0; i < ladder.Rows.Count; i++)
        {
            if (!ladder.Rows[i].States.TryGetValue(end.Side, out TcpState next)) continue;
            int to = layout.Y(layout.Diagram.PlaceOf(ladder, i), end.Side) - 5;
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
        LegEnd[] ends = [.. layout.Diagram.Ends];
        foreach (LegEnd end in ends.Where(e => !e.IsRelay))
        {
            int x = layout.Columns.Line(end);
            yield return SvgElement.Rect(x - 5, y - 3, 10, 6, "gap");
            yield return SvgElement.Path($"M{x - 8} {y - 1}l16 -4m-16 10l16 -4", "break");
        }

        // If two FINs cross here, the text is beside their arrows.
        bool crossed = Enumerable.Range(pause.Row, layout.Diagram.Rows.Count - pause.Row)
            .Any(i => layout.DepartureOfCrossing(i) is { } at && at < pause.Row);
        if (crossed)
        {
            yield return SvgElement.Text(layout.Columns.Call(ends[0]), y + 4, "e note",
                "both FINs are");
            yield return SvgElement.Text(layout.Columns.Call(ends[^1]), y + 4, "note",
                $"held: {RunClock.Milliseconds(pause.Nanoseconds)} ms");
            yield break;
        }

        string text = layout.Columns.IsPhone ? pause.Text.Split(", so ")[0] : pause.Text;
        double half = SvgElement.HalfWidthOfNote(text);
        yield return SvgElement.LineAround(layout.Columns.Edge(ends[0]) + 8, layout.Columns.Edge(ends[^1]) - 8,
            layout.Columns.Middle, half, y, "pause");

        // The text interrupts the relay's lines: it does not fit between them.
        if (layout.Diagram.HasRelay)
        {
            half = Math.Max(half, (layout.Columns.RelayWidth / 2) + 8);
            yield return SvgElement.Rect(layout.Columns.Middle - half, y - 8, 2 * half, 16, "gap");
        }

        yield return SvgElement.Text(layout.Columns.Middle, y + 4, "m note", text);
    }
}
