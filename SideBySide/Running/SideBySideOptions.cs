using SideBySide.Faults;
using TcpClose.Scenarios;

namespace SideBySide.Running;

/// <summary>What the command line asked for.</summary>
/// <param name="Scenario">Which close.</param>
/// <param name="Port">The server's port; 0 for a free one.</param>
internal sealed record SideBySideOptions(Scenario Scenario, int Port)
{
    /// <summary>What is lost on purpose, in a network namespace of the show's own.</summary>
    public DropOption? Lose { get; init; }

    /// <summary>Where the picture goes as SVG.</summary>
    public string? Svg { get; init; }

    /// <summary>Where the capture goes.</summary>
    public string? Capture { get; init; }

    /// <summary>Where the timeline goes as JSON.</summary>
    public string? Timeline { get; init; }
}
