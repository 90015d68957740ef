using Benchmarks.Candidates;

namespace Benchmarks.Reporting;

/// <summary>What is written: sentences and tables, for a terminal or as Markdown.</summary>
internal sealed class Report(TextWriter output, bool markdown)
{
    /// <summary>Whom each figure is set beside, where they take part.</summary>
    private static readonly (string Name, Role Part)[] Others = [("C", Role.C), ("textbook", Role.Textbook)];

    /// <summary>A sentence; in Markdown a paragraph.</summary>
    public void Sentence(string text) => output.Write(markdown ? $"{text}.\n\n" : $"{text}.\n");

    public void Show(Table table) => output.Write(markdown ? $"{table.ToMarkdown()}\n" : $"\n{table.ToText()}\n");

    /// <summary>The table of a measure, with each figure beside that of C and beside the better of the textbook's two.</summary>
    public void Show(Results results)
    {
        (string Name, Role Part)[] others = [.. Others.Where(other => results.Contestants.Any(c => c.Role == other.Part))];
        var table = new Table(results.Measure.Title, ["server", .. results.Measure.Metrics.SelectMany(m => (string[])[m.Title, .. others.Select(other => $"x {other.Name}")])]);
        foreach (Candidate contestant in results.Contestants)
        {
            table.Add([contestant.Name, .. results.Measure.Metrics.SelectMany(metric =>
            {
                Samples figure = results.Of(contestant, metric);
                return (string[])[figure.ToString(metric.Format), .. others.Select(other => Samples.Write(figure.Median / results.Best(metric, other.Part)!.Value.Median, "0.00"))];
            })]);
        }

        Show(table);
        foreach (Candidate contestant in results.Contestants.Where(c => results.Failures(c).Count > 0))
            Sentence($"{contestant.Name} lost something: {string.Join(", ", results.Failures(contestant).Select(failure => $"{failure.Value} {failure.Key}"))}. Its figures do not count");
    }
}
