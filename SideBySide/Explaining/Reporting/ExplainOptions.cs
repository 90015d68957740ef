using SideBySide.Output;

namespace SideBySide.Explaining.Reporting;

/// <summary>The options of <c>SideBySide explain</c>.</summary>
/// <param name="File">The capture; <c>-</c> for standard input.</param>
internal sealed record ExplainOptions(string File)
{
    /// <summary>The number of the connection to explain; null without one.</summary>
    public int? Connection { get; init; }

    /// <summary>A display filter of Wireshark that selects frames.</summary>
    public string? Filter { get; init; }

    /// <summary>Whether to print JSON.</summary>
    public bool Json { get; init; }

    /// <summary>The files for the picture.</summary>
    public required PictureFiles Pictures { get; init; }
}
