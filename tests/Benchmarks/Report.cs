namespace Benchmarks;

/// <summary>What is written: sentences and tables, for a terminal or as Markdown.</summary>
internal sealed class Report(TextWriter output, bool markdown)
{
    /// <summary>A sentence; in Markdown a paragraph.</summary>
    public void Sentence(string text) => output.Write(markdown ? $"{text}.\n\n" : $"{text}.\n");

    public void Show(Table table) => output.Write(markdown ? $"{table.ToMarkdown()}\n" : $"\n{table.ToText()}\n");

    /// <summary>The table of a measure, with each figure beside that of C and beside the better of the textbook's two.</summary>
    public void Show(Results results)
    {
        var table = new Table(results.Measure.Title, ["server", .. results.Measure.Metrics.SelectMany(m => (string[])[m.Title, "x C", "x textbook"])]);
        foreach (Contestant contestant in results.Contestants)
        {
            table.Add([contestant.Name, .. results.Measure.Metrics.SelectMany(metric =>
            {
                Figure figure = results.Of(contestant, metric);
                return (string[])[figure.ToString(metric.Format), Ratio(figure, results.Best(metric, Part.C)), Ratio(figure, results.Best(metric, Part.Textbook))];
            })]);
        }

        Show(table);
        foreach (Contestant contestant in results.Contestants.Where(c => results.Failures(c).Count > 0))
            Sentence($"{contestant.Name} lost something: {string.Join(", ", results.Failures(contestant).Select(failure => $"{failure.Value} {failure.Key}"))}. Its figures do not count");
    }

    private static string Ratio(Figure figure, (Contestant, double Median)? other) => other is { } to ? Figure.Write(figure.Median / to.Median, "0.00") : "-";
}
