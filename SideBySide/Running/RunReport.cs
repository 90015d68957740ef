using SideBySide.Drawing;
using SideBySide.Timeline;
using TcpClose.Output;

namespace SideBySide.Running;

/// <summary>
/// Reports a run: draws the ladder, compares the run with the scenario's table, writes the requested files.
/// </summary>
internal sealed class RunReport(SideBySideOptions options, ObservedRun run, Action<string> print)
{
    private const int MinTextWidth = 40;

    private readonly int _terminal = !Console.IsOutputRedirected && Console.WindowWidth is > 0 and var columns
        ? columns
        : EventTextFormatter.MaxWidth;

    /// <summary>Prints the report and writes the files.</summary>
    /// <returns>Whether the table allows everything that was observed.</returns>
    public bool Print(IEnumerable<string> missing)
    {
        Ladder ladder = Ladder.Of(run);
        print("");
        if (_terminal < LadderText.NarrowWidth)
        {
            Print("", $"The picture needs {LadderText.NarrowWidth} columns, and this terminal has {_terminal}: "
                + "widen it, or write the picture with --svg FILE.");
        }

        foreach (string line in LadderText.Draw(ladder, EventTextFormatter.ColourWanted, _terminal)) print(line);
        print("");

        IReadOnlyList<ScenarioComparison.Comparison> comparisons =
        [
            .. ScenarioComparison.Compare(options.Scenario, run, options.Lose is not null),
            .. DroppedSegments(),
        ];
        foreach (ScenarioComparison.Comparison comparison in comparisons) Print(comparison.What, comparison.Sentence);
        foreach (string sentence in missing) Print("unseen", sentence);

        if (options.Svg is not null) File.WriteAllText(options.Svg, LadderSvg.Draw(ladder, Title()));
        if (options.Timeline is not null)
            File.WriteAllText(options.Timeline, TimelineJson.Write(run.Timeline(), ladder.Zero));
        return comparisons.All(f => f.IsRight != false);
    }

    private void Print(string head, string sentence)
    {
        int width = Math.Clamp(_terminal, MinTextWidth, EventTextFormatter.MaxWidth) - 7;
        foreach (string line in EventTextFormatter.Wrap(sentence, width))
        {
            print($"{head,-6} {line}");
            head = "";
        }
    }

    private IEnumerable<ScenarioComparison.Comparison> DroppedSegments()
    {
        if (options.Lose is null || run.Segments is null) yield break;
        int count = run.Segments.Count(s => s.IsLost);
        yield return count > 0
            ? new ScenarioComparison.Comparison("lost", true, HowOften(options.Lose.Name, count))
            : new ScenarioComparison.Comparison(
                "lost", false, $"nothing: {options.Scenario.Name} sent no {options.Lose.Name}");
    }

    private string Title() => options.Lose is { } loss && run.Segments is { } segments
        ? $"{options.Scenario.Name}: {HowOften(loss.Name, segments.Count(s => s.IsLost))}"
        : $"{options.Scenario.Name}: {options.Scenario.Sentence}";

    private static string HowOften(string name, int count) =>
        $"{name} lost {count switch { 1 => "once", 2 => "twice", _ => $"{count} times" }}";
}
