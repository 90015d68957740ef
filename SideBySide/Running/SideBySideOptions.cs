using SideBySide.Faults;
using SideBySide.Output;
using SideBySide.Relays;
using TcpClose.Scenarios;

namespace SideBySide.Running;

/// <summary>The options of SideBySide. The port 0 means a free one.</summary>
internal sealed record SideBySideOptions(Scenario Scenario, int Port)
{
    /// <summary>The segment to drop; null for none.</summary>
    public DropOption? Lose { get; init; }

    /// <summary>The relay between the client and the server; null for none.</summary>
    public RelayTemplate? Through { get; init; }

    /// <summary>The files for the picture.</summary>
    public required PictureFiles Pictures { get; init; }

    /// <summary>The file for the capture.</summary>
    public string? Capture { get; init; }

    /// <summary>The file for the timeline as JSON.</summary>
    public string? Timeline { get; init; }

    /// <summary>The names of all files to write.</summary>
    public IEnumerable<string> Files => [.. Pictures.Names, .. ((string?[])[Capture, Timeline]).OfType<string>()];
}
