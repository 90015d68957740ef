using SideBySide.Drawing;
using TcpClose;

namespace SideBySide;

/// <summary>What comes of a run: the ladder, the comparison with the scenario's table, the files that were asked for.</summary>
internal sealed class Picture(ShowOptions options, Observation seen, Action<string> print)
{
    /// <summary>Prints and writes it.</summary>
    /// <returns>Whether nothing was seen that the table does not allow.</returns>
    public bool Print(IEnumerable<string> missing)
    {
        Ladder ladder = seen.Ladder();
        print("");
        foreach (string line in LadderText.Draw(ladder, TextLine.ColourWanted)) print(line);
        print("");

        IReadOnlyList<Expectation.Finding> findings = Expectation.Compare(options.Scenario, seen);
        foreach (Expectation.Finding finding in findings) Print(finding.What, finding.Sentence);
        foreach (string sentence in missing) Print("unseen", sentence);

        if (options.Svg is not null) File.WriteAllText(options.Svg, LadderSvg.Draw(ladder, Title()));
        if (options.Timeline is not null) File.WriteAllText(options.Timeline, TimelineFile.Write(seen.Timeline(), ladder.Zero));
        return findings.All(f => f.IsRight != false);
    }

    private void Print(string head, string sentence)
    {
        foreach (string line in TextLine.Wrap(sentence, TextLine.MaxWidth - 7))
        {
            print($"{head,-6} {line}");
            head = "";
        }
    }

    private string Title() => options.Lose is { } loss
        ? $"{options.Scenario.Name}: {loss.Segment.Name()} lost {(loss.Times == 1 ? "once" : $"{loss.Times} times")}"
        : $"{options.Scenario.Name}: {options.Scenario.Sentence}";
}
