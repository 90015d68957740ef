using SideBySide.Drawing;
using SideBySide.Output;
using SideBySide.Summary.Relays;
using SideBySide.Timeline;
using TcpClose.Output;

namespace SideBySide.Running;

/// <summary>
/// Reports a run through a relay: draws the three lifelines, describes what the relay did with each FIN and each RST,
/// and writes the requested files.
/// </summary>
internal sealed class RelayReport(
    SideBySideOptions options, RelayedRun run, Diagram diagram, Action<string> print)
{
    private readonly ReportPrinter _printer = new(print);

    /// <summary>How the relay ended by itself, as the end of a sentence; null if it did not.</summary>
    public string? HowRelayEnded { get; init; }

    /// <summary>Prints the report and writes the files.</summary>
    public void Print(IEnumerable<string> missing)
    {
        print("");
        _printer.WarnIfTooNarrow();
        foreach (string line in new RelayText(EventTextFormatter.ColourWanted, _printer.Terminal).Draw(diagram))
            print(line);
        print("");
        foreach (string sentence in missing) _printer.Missing(sentence);
        print("What the relay did:");
        foreach (string sentence in RelaySentences.Of(run, diagram)) _printer.Item(sentence);
        if (HowRelayEnded is not null) _printer.Item($"The relay {HowRelayEnded}, before SideBySide stopped it.");

        options.Pictures.Write(diagram, $"{options.Scenario.Name} through a relay: {options.Through!.Text}");
        if (options.Timeline is not null) File.WriteAllText(options.Timeline, TimelineJson.Write(run, diagram.Zero));
    }
}
