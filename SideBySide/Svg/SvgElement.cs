using System.Xml.Linq;

namespace SideBySide.Svg;

/// <summary>Creates the SVG elements of a picture.</summary>
internal static class SvgElement
{
    private const double NoteCharacterWidth = 6.0;

    public static readonly XNamespace Namespace = "http://www.w3.org/2000/svg";

    /// <summary>A line of text. The classes <c>m</c> and <c>e</c> make x its middle or its end.</summary>
    public static XElement Text(double x, double y, string kind, string text) =>
        new(Namespace + "text", new XAttribute("x", x), new XAttribute("y", y), Class(kind), text);

    public static XElement Rect(double x, double y, double width, double height, string kind, double radius = 0) =>
        new(Namespace + "rect", new XAttribute("x", x), new XAttribute("y", y), new XAttribute("width", width),
            new XAttribute("height", height), radius > 0 ? new XAttribute("rx", radius) : null, Class(kind));

    public static XElement Path(FormattableString path, string kind) =>
        new(Namespace + "path", new XAttribute("d", FormattableString.Invariant(path)), Class(kind));

    /// <summary>A horizontal line with a gap for a text. <paramref name="half"/> is half of the gap's width.</summary>
    public static XElement LineAround(double left, double right, double middle, double half, double y, string kind) =>
        Path($"M{left} {y}H{Math.Max(left, middle - half)}M{Math.Min(right, middle + half)} {y}H{right}", kind);

    /// <summary>About half of the width that a note needs.</summary>
    public static double HalfWidthOfNote(string text) => (text.Length * NoteCharacterWidth / 2) + 4;

    public static XElement Group(string kind, params object?[] content) =>
        new(Namespace + "g", Class(kind), content);

    private static XAttribute? Class(string kind) => kind == "" ? null : new XAttribute("class", kind);
}
