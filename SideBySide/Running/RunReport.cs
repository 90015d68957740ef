using SideBySide.Drawing;
using SideBySide.Output;
using SideBySide.Summary;
using SideBySide.Timeline;
using TcpClose.Output;

namespace SideBySide.Running;

/// <summary>
/// Reports a run: draws the ladder, compares the run with the scenario's table, and writes the requested files.
/// </summary>
internal sealed class RunReport(SideBySideOptions options, ObservedRun run, Action<string> print)
{
    // How long TIME-WAIT lasts: fixed on Linux (TCP_TIMEWAIT_LEN), configurable elsewhere.
    private static readonly TimeSpan? TimeWait = OperatingSystem.IsLinux() ? TimeSpan.FromSeconds(60) : null;

    private readonly ReportPrinter _printer = new(print);

    /// <summary>Whether the FINs were held back on purpose, so that they cross.</summary>
    public bool HeldFins { get; init; }

    /// <summary>Prints the report and writes the files.</summary>
    /// <returns>
    /// Whether the scenario table allows what was observed; with <c>--lose</c>, false only if the capture contains no
    /// dropped segment.
    /// </returns>
    public bool Print(IEnumerable<string> missing)
    {
        Ladder ladder = Ladder.Of(run);
        print("");
        _printer.WarnIfTooNarrow();
        foreach (string line in LadderText.Draw(ladder, EventTextFormatter.ColourWanted, _printer.Terminal))
            print(line);
        print("");

        IReadOnlyList<ScenarioComparison.Comparison> comparisons =
        [
            .. ScenarioComparison.Compare(options.Scenario, run, options.Lose is not null),
            .. DroppedSegments(),
        ];
        foreach (ScenarioComparison.Comparison comparison in comparisons) Print(comparison.What, comparison.Sentence);
        foreach (string sentence in missing) _printer.Missing(sentence);
        PrintSummary();

        options.Pictures.Write(Diagram.Of(ladder), Title(),
            RunSummary.Of(options.Scenario, run, HeldFins), TimeWait);
        if (options.Timeline is not null)
            File.WriteAllText(options.Timeline, TimelineJson.Write(run.Timeline(), ladder.Zero));
        return comparisons.All(f => f.IsRight != false);
    }

    private void Print(string head, string sentence) => _printer.Sentence(head, sentence, ReportPrinter.FactIndent);

    private void PrintSummary()
    {
        IReadOnlyList<string> lines = RunSummary.Of(options.Scenario, run, HeldFins);
        if (lines.Count == 0) return;
        print("");
        print("What you have just seen:");
        foreach (string line in lines) _printer.Item(line);
    }

    private IEnumerable<ScenarioComparison.Comparison> DroppedSegments()
    {
        if (options.Lose is null || run.Segments is null) yield break;
        int count = run.Segments.Count(s => s.IsLost);
        yield return count > 0
            ? new ScenarioComparison.Comparison("lost", true, HowOften(options.Lose.Name, count))
            : new ScenarioComparison.Comparison(
                "lost", false, $"none: {options.Scenario.Name} sent no {options.Lose.Name}");
    }

    private string Title() => options.Lose is { } loss && run.Segments is { } segments
        ? $"{options.Scenario.Name}: {HowOften(loss.Name, segments.Count(s => s.IsLost))}"
        : $"{options.Scenario.Name}: {options.Scenario.Sentence}";

    private static string HowOften(string name, int count) =>
        $"{name} lost {Wording.Times(count)}";
}
