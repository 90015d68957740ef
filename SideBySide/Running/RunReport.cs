using SideBySide.Drawing;
using SideBySide.Timeline;
using TcpClose.Output;

namespace SideBySide.Running;

/// <summary>
/// What comes of a run: the ladder, the comparison with the scenario's table, the files that were asked for.
/// </summary>
internal sealed class RunReport(SideBySideOptions options, ObservedRun seen, Action<string> print)
{
    private const int NarrowestWords = 40;

    private readonly int _terminal = !Console.IsOutputRedirected && Console.WindowWidth is > 0 and var columns ? columns : EventTextFormatter.MaxWidth;

    /// <summary>Prints and writes it.</summary>
    /// <returns>Whether nothing was seen that the table does not allow.</returns>
    public bool Print(IEnumerable<string> missing)
    {
        Ladder ladder = Ladder.Of(seen);
        print("");
        if (_terminal < EventTextFormatter.MaxWidth) Print("", $"The picture takes {EventTextFormatter.MaxWidth} columns, and this terminal has {_terminal}: widen it, or have it drawn with --svg FILE.");
        foreach (string line in LadderText.Draw(ladder, EventTextFormatter.ColourWanted)) print(line);
        print("");

        IReadOnlyList<ScenarioComparison.Comparison> findings = [.. ScenarioComparison.Compare(options.Scenario, seen, options.Lose is not null), .. Lost()];
        foreach (ScenarioComparison.Comparison finding in findings) Print(finding.What, finding.Sentence);
        foreach (string sentence in missing) Print("unseen", sentence);

        if (options.Svg is not null) File.WriteAllText(options.Svg, LadderSvg.Draw(ladder, Title()));
        if (options.Timeline is not null) File.WriteAllText(options.Timeline, TimelineJson.Write(seen.Timeline(), ladder.Zero));
        return findings.All(f => f.IsRight != false);
    }

    private void Print(string head, string sentence)
    {
        foreach (string line in EventTextFormatter.Wrap(sentence, Math.Clamp(_terminal, NarrowestWords, EventTextFormatter.MaxWidth) - 7))
        {
            print($"{head,-6} {line}");
            head = "";
        }
    }

    private IEnumerable<ScenarioComparison.Comparison> Lost()
    {
        if (options.Lose is null || seen.Segments is null) yield break;
        int count = seen.Segments.Count(s => s.IsLost);
        yield return count > 0
            ? new ScenarioComparison.Comparison("lost", true, HowOften(options.Lose.Name, count))
            : new ScenarioComparison.Comparison("lost", false, $"nothing: {options.Scenario.Name} sent no {options.Lose.Name}");
    }

    private string Title() => options.Lose is { } loss && seen.Segments is { } segments
        ? $"{options.Scenario.Name}: {HowOften(loss.Name, segments.Count(s => s.IsLost))}"
        : $"{options.Scenario.Name}: {options.Scenario.Sentence}";

    private static string HowOften(string name, int count) => $"{name} lost {count switch { 1 => "once", 2 => "twice", _ => $"{count} times" }}";
}
