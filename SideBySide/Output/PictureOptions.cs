using System.CommandLine;
using SideBySide.Svg;
using SideBySide.Tools;
using TcpClose.Cli;

namespace SideBySide.Output;

/// <summary>The options of a command that draws a ladder.</summary>
internal sealed class PictureOptions
{
    private readonly Option<int> _svgWidth = CommandLine.Count("--svg-width", "Width of the SVG picture in pixels",
        LadderSvg.MinWidth, LadderSvg.MaxWidth, LadderSvg.StandardWidth);

    /// <summary>The option <c>--svg</c>.</summary>
    public Option<string?> Svg { get; } = OutputFileOption.Create("--svg", "Write the picture as SVG");

    /// <summary>The option <c>--mermaid</c>.</summary>
    public Option<string?> Mermaid { get; } = OutputFileOption.Create("--mermaid",
        "Write the picture as a Mermaid sequence diagram, which GitHub and GitLab draw in a comment");

    /// <summary>The option <c>--html</c>.</summary>
    public Option<string?> Html { get; } = OutputFileOption.Create("--html",
        "Write a page to step through the connection in a browser, with the picture and the state diagram of RFC 9293");

    /// <summary>The options that name a file to write.</summary>
    public IReadOnlyList<Option<string?>> Files => [Svg, Mermaid, Html];

    /// <summary>
    /// Adds the options to a command. <paramref name="others"/> are its other options that name a file to write.
    /// </summary>
    public void AddTo(Command command, params Option<string?>[] others)
    {
        foreach (Option option in (Option[])[Svg, _svgWidth, Mermaid, Html]) command.Options.Add(option);
        command.Validators.Add(given =>
        {
            if (given.GetResult(_svgWidth) is { Implicit: false } && given.GetResult(Svg) is null)
                given.AddError("--svg-width applies only to --svg");
        });
        OutputFileOption.RequireDistinctFiles(command, [.. Files, .. others]);
    }

    /// <summary>The files that a command line names.</summary>
    public PictureFiles Read(ParseResult parsed) =>
        new(parsed.GetValue(Svg), parsed.GetValue(_svgWidth), parsed.GetValue(Mermaid),
            parsed.GetValue(Html));
}
