using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using SideBySide.Svg;

namespace TcpDemo.Tests.SideBySide.Svg;

/// <summary>
/// The texts of the pictures contrast with light and dark backgrounds, stay inside the picture, and do not overlap.
/// </summary>
public sealed partial class PictureIsReadableTests
{
    private const double MinContrast = 4.5;

    // The width of a character in a wide font, in pixels, for each class of text.
    private static readonly (string Class, double Width)[] CharacterWidths =
    [
        ("title", 8.4), ("head", 8.4), ("label", 6.7), ("time", 6.7), ("group", 7.3), ("role", 7.3), ("", 6.6),
    ];

    public static TheoryData<string> Pictures =>
    [
        .. Directory.GetFiles(Path.Combine(Repository.Root, "docs", "pictures"), "*.svg", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Repository.Root, file)),
    ];

    [Theory]
    [InlineData("text", ".ground")]
    [InlineData(".faint", ".ground")]
    [InlineData("text", ".idle")]
    [InlineData(".open text", ".open")]
    [InlineData(".active text", ".active")]
    [InlineData(".passive text", ".passive")]
    [InlineData(".wait text", ".wait")]
    [InlineData(".client", ".ground")]
    [InlineData(".server", ".ground")]
    [InlineData(".ack", ".ground")]
    public void EachColourContrastsWithItsBackground(string ink, string ground)
    {
        string[] themes = SvgStyle.Sheet.Split("@media (prefers-color-scheme: dark)");
        Assert.Equal(2, themes.Length);
        string light = themes[0], dark = themes[0] + themes[1];
        Assert.All((string[])[light, dark], sheet =>
            Assert.InRange(Contrast(Fill(sheet, ink), Fill(sheet, ground)), MinContrast, 21));
        if (ground == ".ground") Assert.NotEqual(Fill(light, ground), Fill(dark, ground));
    }

    [Theory]
    [MemberData(nameof(Pictures))]
    public void TheTextsAreInsideThePictureAndDoNotOverlap(string picture)
    {
        XElement svg = XDocument.Load(Path.Combine(Repository.Root, picture)).Root!;
        Box[] boxes = [.. svg.Descendants().Where(e => e.Name.LocalName == "text").Select(BoxOf)];
        Assert.InRange(boxes.Length, 10, 200);
        double width = (double)svg.Attribute("width")!, height = (double)svg.Attribute("height")!;
        Assert.All(boxes, b => Assert.True(
            b.Left >= 0 && b.Right <= width && b.Top >= 0 && b.Bottom <= height, $"{b} is outside the picture"));
        Assert.Empty(
            from i in Enumerable.Range(0, boxes.Length)
            from j in Enumerable.Range(i + 1, boxes.Length - i - 1)
            where boxes[i].Overlaps(boxes[j])
            select $"{boxes[i]} and {boxes[j]}");
    }

    private static Box BoxOf(XElement text)
    {
        string[] kinds = [.. ((string?)text.Attribute("class") ?? "").Split(' '),
            .. ((string?)text.Parent!.Attribute("class") ?? "").Split(' ')];
        double character = kinds.Contains("pill") ? 6.3
            : CharacterWidths.First(w => w.Class == "" || kinds.Contains(w.Class)).Width;
        double x = (double)text.Attribute("x")!, y = (double)text.Attribute("y")!;
        double width = (double?)text.Attribute("textLength") ?? text.Value.Length * character;
        double left = kinds.Contains("m") ? x - (width / 2) : kinds.Contains("e") ? x - width : x;
        return new Box(text.Value, left, y - 9, left + width, y + 2);
    }

    // The selector's last rule applies. A colour is #rgb or #rrggbb.
    private static int[] Fill(string sheet, string selector)
    {
        string colour = Rule().Matches(sheet)
            .Where(m => m.Groups["selectors"].Value.Split(',').Any(s => s.Trim() == selector))
            .Select(m => FillColour().Match(m.Groups["body"].Value)).Last(m => m.Success).Groups[1].Value;
        string digits = colour.Length == 3 ? string.Concat(colour.Select(c => $"{c}{c}")) : colour;
        return [.. digits.Chunk(2).Select(d => int.Parse(d, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
    }

    // WCAG 2.1, relative luminance and contrast ratio.
    private static double Contrast(int[] one, int[] other)
    {
        double[] light = [.. ((int[][])[one, other]).Select(Luminance).Order()];
        return (light[1] + 0.05) / (light[0] + 0.05);
    }

    private static double Luminance(int[] colour)
    {
        double[] linear = [.. colour.Select(c => c / 255.0)
            .Select(c => c <= 0.03928 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4))];
        return (0.2126 * linear[0]) + (0.7152 * linear[1]) + (0.0722 * linear[2]);
    }

    private sealed record Box(string Text, double Left, double Top, double Right, double Bottom)
    {
        public bool Overlaps(Box other) =>
            Left < other.Right && other.Left < Right && Top < other.Bottom && other.Top < Bottom;
    }

    [GeneratedRegex(@"(?<selectors>[^{}]+)\{(?<body>[^{}]*)\}")]
    private static partial Regex Rule();

    [GeneratedRegex(@"fill: #([0-9a-f]+)")]
    private static partial Regex FillColour();
}
