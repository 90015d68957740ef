using SideBySide.Drawing;
using SideBySide.Page;
using SideBySide.Svg;

namespace SideBySide.Output;

/// <summary>The files to which a ladder is written.</summary>
/// <param name="Svg">The file for the picture as SVG; null for none.</param>
/// <param name="SvgWidth">The width of that picture, in pixels.</param>
/// <param name="Mermaid">The file for the Mermaid sequence diagram; null for none.</param>
/// <param name="Html">The file for the page with which a person can step through the run; null for none.</param>
internal sealed record PictureFiles(string? Svg, int SvgWidth, string? Mermaid, string? Html)
{
    /// <summary>The names of the files to write.</summary>
    public IEnumerable<string> Names => ((string?[])[Svg, Mermaid, Html]).OfType<string>();

    /// <summary>Writes the files.</summary>
    /// <param name="diagram">What the picture shows.</param>
    /// <param name="title">The title.</param>
    /// <param name="summary">What happened, in some sentences.</param>
    /// <param name="timeWait">How long the kernel keeps TIME-WAIT, if that is known.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public void Write(Diagram diagram, string title, IEnumerable<string> summary, TimeSpan? timeWait = null)
    {
        if (Svg is not null) File.WriteAllText(Svg, LadderSvg.Draw(diagram, title, SvgWidth, timeWait));
        if (Mermaid is not null) File.WriteAllText(Mermaid, LadderMermaid.Draw(diagram, title));
        if (Html is not null) File.WriteAllText(Html, HtmlPage.Write(diagram, title, timeWait, summary));
    }
}
