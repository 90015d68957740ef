using SideBySide.Drawing;
using SideBySide.Output;
using SideBySide.Summary;
using SideBySide.Summary.Relays;
using SideBySide.Timeline;
using TcpClose.Output;

namespace SideBySide.Running;

/// <summary>
/// Reports a run through a relay: draws the picture, describes what the relay did, and writes the requested files.
/// </summary>
internal sealed class RelayReport(
    SideBySideOptions options, string relay, RelayedRun run, Diagram diagram, Action<string> print)
{
    private readonly ReportPrinter _printer = new(print);

    /// <summary>How the relay ended by itself, as the end of a sentence; null if it did not.</summary>
    public string? HowRelayEnded { get; init; }

    /// <summary>The number of connections from the relay to the server that the picture does not show.</summary>
    public int OtherConnections { get; init; }

    /// <summary>Prints the report and writes the files.</summary>
    public void Print(IEnumerable<string> missing)
    {
        print("");
        _printer.WarnIfTooNarrow();
        foreach (string line in new RelayText(EventTextFormatter.ColourWanted, _printer.Terminal).Draw(diagram))
            print(line);
        print("");
        foreach (string sentence in missing) _printer.Missing(sentence);
        if (!diagram.Ladders[0].IsTraced)
        {
            _printer.Missing("the states of the relay's sockets are queried at intervals: each is drawn when it was "
                + "read, which may be late, and short ones are missing");
        }

        print("");
        print("What the relay did:");
        string[] sentences = [.. Sentences()];
        foreach (string sentence in sentences) _printer.Item(sentence);

        options.Pictures.Write(
            diagram, $"{options.Scenario.Name} through a relay: {relay}", sentences);
        if (options.Timeline is not null) File.WriteAllText(options.Timeline, TimelineJson.Write(run, diagram.Zero));
    }

    // What the relay did, including what the picture does not show.
    private IEnumerable<string> Sentences()
    {
        foreach (string sentence in RelaySentences.Of(run, diagram)) yield return sentence;
        if (OtherConnections > 0)
        {
            yield return $"The relay also opened {Wording.Count(OtherConnections, "other connection")} to the server, "
                + "which the picture does not show.";
        }

        if (HowRelayEnded is not null) yield return $"The relay {HowRelayEnded}, before SideBySide stopped it.";
    }
}
