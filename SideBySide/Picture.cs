using SideBySide.Drawing;
using TcpClose;

namespace SideBySide;

/// <summary>What comes of a run: the ladder, the comparison with the scenario's table, the files that were asked for.</summary>
internal sealed class Picture(ShowOptions options, Observation seen, Action<string> print)
{
    private const int NarrowestWords = 40;

    private readonly int _terminal = !Console.IsOutputRedirected && Console.WindowWidth is > 0 and var columns ? columns : TextLine.MaxWidth;

    /// <summary>Prints and writes it.</summary>
    /// <returns>Whether nothing was seen that the table does not allow.</returns>
    public bool Print(IEnumerable<string> missing)
    {
        Ladder ladder = seen.Ladder();
        print("");
        if (_terminal < TextLine.MaxWidth) Print("", $"The picture takes {TextLine.MaxWidth} columns, and this terminal has {_terminal}: widen it, or have it drawn with --svg FILE.");
        foreach (string line in LadderText.Draw(ladder, TextLine.ColourWanted)) print(line);
        print("");

        IReadOnlyList<Expectation.Finding> findings = [.. Expectation.Compare(options.Scenario, seen, options.Lose is not null), .. Lost()];
        foreach (Expectation.Finding finding in findings) Print(finding.What, finding.Sentence);
        foreach (string sentence in missing) Print("unseen", sentence);

        if (options.Svg is not null) File.WriteAllText(options.Svg, LadderSvg.Draw(ladder, Title()));
        if (options.Timeline is not null) File.WriteAllText(options.Timeline, TimelineFile.Write(seen.Timeline(), ladder.Zero));
        return findings.All(f => f.IsRight != false);
    }

    private void Print(string head, string sentence)
    {
        foreach (string line in TextLine.Wrap(sentence, Math.Clamp(_terminal, NarrowestWords, TextLine.MaxWidth) - 7))
        {
            print($"{head,-6} {line}");
            head = "";
        }
    }

    private IEnumerable<Expectation.Finding> Lost()
    {
        if (options.Lose is null || seen.Segments is null) yield break;
        int count = seen.Segments.Count(s => s.IsLost);
        yield return count > 0
            ? new Expectation.Finding("lost", true, HowOften(options.Lose.Name, count))
            : new Expectation.Finding("lost", false, $"nothing: {options.Scenario.Name} sent no {options.Lose.Name}");
    }

    private string Title() => options.Lose is { } loss && seen.Segments is { } segments
        ? $"{options.Scenario.Name}: {HowOften(loss.Name, segments.Count(s => s.IsLost))}"
        : $"{options.Scenario.Name}: {options.Scenario.Sentence}";

    private static string HowOften(string name, int count) => $"{name} lost {count switch { 1 => "once", 2 => "twice", _ => $"{count} times" }}";
}
