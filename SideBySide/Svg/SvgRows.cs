using System.Xml.Linq;

namespace SideBySide.Svg;

/// <summary>Draws a clickable area for each row, which a script can highlight.</summary>
internal static class SvgRows
{
    private const int Inset = 13;

    /// <summary>One area for each row, with its index.</summary>
    public static IEnumerable<XElement> Draw(SvgLayout layout) =>
        Enumerable.Range(0, layout.Diagram.Rows.Count).Select(i =>
        {
            int top = layout.TopOf(i);
            XElement area = SvgElement.Rect(Inset, top, layout.Columns.Width - Inset - 2, layout.BottomOf(i) - top,
                "row", radius: 5);
            area.Add(new XAttribute("data-row", i));
            return area;
        });
}
