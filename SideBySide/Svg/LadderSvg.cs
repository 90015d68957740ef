using System.Xml.Linq;
using SideBySide.Drawing;

namespace SideBySide.Svg;

/// <summary>Draws a ladder as a standalone SVG for light and dark backgrounds.</summary>
public static class LadderSvg
{
    /// <summary>The width of a picture in pixels: the smallest, the default and the largest.</summary>
    public const int MinWidth = 600, StandardWidth = 1000, MaxWidth = 2000;

    /// <summary>Returns the SVG document.</summary>
    /// <param name="diagram">The picture to draw.</param>
    /// <param name="title">The title, for the heading and for screen readers.</param>
    /// <param name="width">The width, from <see cref="MinWidth"/> to <see cref="MaxWidth"/>.</param>
    /// <param name="timeWait">How long the kernel keeps TIME-WAIT, if that is known.</param>
    public static string Draw(Diagram diagram, string title, int width = StandardWidth, TimeSpan? timeWait = null)
    {
        var columns = new SvgColumns(width, diagram.HasRelay);
        string[] lines = SvgHeadings.TitleLines(title, columns);
        var layout = new SvgLayout(diagram, columns, SvgHeadings.Top(lines));
        (IReadOnlyList<XElement> legend, int height) = SvgLegend.Draw(layout, layout.Bottom);
        return new XElement(SvgElement.Namespace + "svg",
            new XAttribute("viewBox", $"0 0 {width} {height}"), new XAttribute("width", width),
            new XAttribute("height", height), new XAttribute("role", "img"),
            new XElement(SvgElement.Namespace + "title", title),
            new XElement(SvgElement.Namespace + "style", $"\n{SvgStyle.Sheet}\n"),
            SvgElement.Rect(0.5, 0.5, width - 1, height - 1, "ground", radius: 6),
            SvgLifelines.Draw(layout), SvgHeadings.Draw(layout, lines, timeWait), SvgArrows.Draw(layout),
            SvgSides.Draw(layout), legend) + "\n";
    }
}
