using System.Xml.Linq;
using SideBySide.Drawing;

namespace SideBySide.Svg;

/// <summary>Draws the legend: the meaning of the colours and lines.</summary>
internal static class SvgLegend
{
    private const int LineHeight = 20, Symbol = 28;
    private const double CharacterWidth = 6.5;

    /// <summary>Draws the legend below <paramref name="top"/>.</summary>
    public static (IReadOnlyList<XElement> Elements, int Bottom) Draw(SvgLayout layout, int top)
    {
        var elements = new List<XElement>();
        int x = SvgColumns.Margin, y = top + LineHeight;
        foreach ((Func<int, int, IEnumerable<XElement>> draw, string words) in Items(layout))
        {
            int width = Symbol + (int)(words.Length * CharacterWidth) + 16;
            if (x > SvgColumns.Margin && x + width > layout.Columns.Width)
                (x, y) = (SvgColumns.Margin, y + LineHeight);
            elements.AddRange(draw(x, y));
            elements.Add(SvgElement.Text(x + Symbol, y, "faint", words));
            x += width;
        }

        return (elements, y + 14);
    }

    private static IEnumerable<(Func<int, int, IEnumerable<XElement>> Draw, string Words)> Items(SvgLayout layout)
    {
        IReadOnlyList<Ladder> ladders = layout.Diagram.Ladders;
        LadderRow[] rows = [.. layout.Diagram.Rows.Select(r => r.Row)];
        HashSet<string> kinds = [.. rows.SelectMany(r => r.States.Values).Select(s => SvgSides.Kind(s))];
        foreach ((string kind, string words) in ((string, string)[])[("open", "open"), ("active", "active close"),
            ("passive", "passive close"), ("wait", "TIME-WAIT")])
        {
            if (kinds.Contains(kind))
                yield return ((x, y) => [SvgElement.Rect(x, y - 10, 22, 12, $"bar {kind}", radius: 6)], words);
        }

        if (layout.HalfClosed.Count > 0)
            yield return ((x, y) => [SvgElement.Rect(x, y - 10, 22, 12, "half-closed")], "half-closed");
        if (rows.Any(r => r.Segment is { IsLost: true }))
            yield return ((x, y) => [SvgElement.Group("lost", SvgElement.Path($"M{x + 6} {y - 9}l10 10m0 -10l-10 10",
                "cross"))], "lost on its way");
        if (rows.Any(r => r.Segment is { Segment.IsRetransmission: true }))
            yield return ((x, y) => [SvgElement.Group("again ack", SvgElement.Path($"M{x} {y - 4}h22", "arrow"))],
                "sent again");
        if (ladders.Any(l => l.IsInferred))
        {
            yield return ((x, y) => [SvgElement.Group("pill idle inferred", SvgElement.Rect(x, y - 10, 22, 12, "",
                radius: 6))], layout.Columns.IsPhone
                    ? "inferred; “?”: nothing proves that its segment arrived"
                    : "inferred from the segments; “?”: nothing proves that the segment arrived");
        }
        else if (ladders.Any(l => !l.IsTraced))
            yield return ((x, y) => [SvgElement.Group("pill idle read", SvgElement.Rect(x, y - 10, 22, 12, "",
                radius: 6))], "state that a program read after its call");
    }
}
