using System.Xml.Linq;
using SideBySide.Drawing;

namespace SideBySide.Svg;

/// <summary>Draws a ladder as SVG for light and dark backgrounds: as a document, or as a part of a page.</summary>
public static class LadderSvg
{
    /// <summary>The smallest, the default and the largest width in pixels.</summary>
    public const int MinWidth = 600, StandardWidth = 1000, MaxWidth = 2000;

    /// <summary>The width for a phone; too narrow for a relay.</summary>
    public const int PhoneWidth = 440;

    /// <summary>Returns the SVG document.</summary>
    /// <param name="diagram">The picture to draw.</param>
    /// <param name="title">The title.</param>
    /// <param name="width">The width, from <see cref="MinWidth"/> to <see cref="MaxWidth"/>.</param>
    /// <param name="timeWait">How long TIME-WAIT lasts; null if unknown.</param>
    public static string Draw(Diagram diagram, string title, int width = StandardWidth, TimeSpan? timeWait = null)
    {
        var columns = new SvgColumns(width, diagram.HasRelay);
        string[] lines = SvgHeadings.TitleLines(title, columns);
        var layout = new SvgLayout(diagram, columns, SvgHeadings.Top(lines));
        (IReadOnlyList<XElement> content, int height) = Content(layout, timeWait);
        return new XElement(SvgElement.Namespace + "svg",
            new XAttribute("viewBox", $"0 0 {width} {height}"), new XAttribute("width", width),
            new XAttribute("height", height), new XAttribute("role", "img"),
            new XElement(SvgElement.Namespace + "title", title),
            new XElement(SvgElement.Namespace + "style", $"\n{SvgStyle.Sheet}\n"),
            SvgElement.Rect(0.5, 0.5, width - 1, height - 1, "ground", radius: 6),
            SvgHeadings.Title(lines), SvgHeadings.Columns(layout), content) + "\n";
    }

    /// <summary>
    /// Returns two SVG elements for a page that has <see cref="SheetOf"/> in its style sheet: the headings of the
    /// columns, and the picture. A script can highlight a row of the picture.
    /// </summary>
    /// <param name="diagram">The picture to draw.</param>
    /// <param name="kind">The class of both elements.</param>
    /// <param name="width">The width, at least <see cref="PhoneWidth"/>.</param>
    /// <param name="timeWait">How long TIME-WAIT lasts; null if unknown.</param>
    public static IEnumerable<XElement> Embed(Diagram diagram, string kind, int width, TimeSpan? timeWait)
    {
        const int Top = SvgHeadings.TopWithoutTitle;
        var layout = new SvgLayout(diagram, new SvgColumns(width, diagram.HasRelay), Top);
        (IReadOnlyList<XElement> content, int height) = Content(layout, timeWait);
        yield return Part(kind + " headings", 0, Top, "the columns of the ladder", SvgHeadings.Columns(layout));
        yield return Part(kind, Top, height - Top, "the ladder of all segments, calls and states",
            [SvgRows.Draw(layout), content]);

        XElement Part(string kind, int y, int partHeight, string label, params object[] parts) =>
            new(SvgElement.Namespace + "svg", new XAttribute("viewBox", $"0 {y} {width} {partHeight}"),
                new XAttribute("class", kind), new XAttribute("role", "img"), new XAttribute("aria-label", label),
                parts);
    }

    /// <summary>The style sheet of the pictures inside the elements that a selector selects.</summary>
    public static string SheetOf(string selector) => SvgStyle.Within(selector);

    // What is below the headings of the columns.
    private static (IReadOnlyList<XElement> Elements, int Height) Content(SvgLayout layout, TimeSpan? timeWait)
    {
        (IReadOnlyList<XElement> legend, int height) = SvgLegend.Draw(layout, layout.Bottom);
        return ([.. SvgLifelines.Draw(layout), .. SvgHeadings.Inside(layout, timeWait),
            .. SvgArrows.Draw(layout), .. SvgSides.Draw(layout), .. legend], height);
    }
}
