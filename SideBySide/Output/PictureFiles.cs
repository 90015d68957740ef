using SideBySide.Drawing;
using SideBySide.Page;
using SideBySide.Svg;

namespace SideBySide.Output;

/// <summary>
/// The files to which a ladder is written; each is null if it is not requested. The width of the SVG is in pixels.
/// </summary>
internal sealed record PictureFiles(string? Svg, int SvgWidth, string? Mermaid, string? Html)
{
    /// <summary>The names of the files to write.</summary>
    public IEnumerable<string> Names => ((string?[])[Svg, Mermaid, Html]).OfType<string>();

    /// <summary>
    /// Writes the files. <paramref name="timeWait"/> is how long the kernel keeps TIME-WAIT; null if unknown.
    /// </summary>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public void Write(Diagram diagram, string title, IEnumerable<string> summary, TimeSpan? timeWait = null)
    {
        if (Svg is not null) File.WriteAllText(Svg, LadderSvg.Draw(diagram, title, SvgWidth, timeWait));
        if (Mermaid is not null) File.WriteAllText(Mermaid, LadderMermaid.Draw(diagram, title));
        if (Html is not null) File.WriteAllText(Html, HtmlPage.Write(diagram, title, timeWait, summary));
    }
}
