using Benchmarks.Candidates;

namespace Benchmarks.Reporting;

/// <summary>What is written: sentences and tables, for a terminal or as Markdown.</summary>
internal sealed class Report(TextWriter output, bool markdown)
{
    /// <summary>The servers that each figure is compared with, if they run.</summary>
    private static readonly (string Name, Role Role)[] References = [("C", Role.C), ("textbook", Role.Textbook)];

    /// <summary>A sentence; in Markdown a paragraph.</summary>
    public void Sentence(string text) => output.Write(markdown ? $"{text}.\n\n" : $"{text}.\n");

    public void Write(Table table) => output.Write(markdown ? $"{table.ToMarkdown()}\n" : $"\n{table.ToText()}\n");

    /// <summary>
    /// The table of a workload, with each figure beside that of C and beside the better of the textbook's two.
    /// </summary>
    public void Write(Results results)
    {
        (string Name, Role Role)[] references =
            [.. References.Where(reference => results.Candidates.Any(c => c.Role == reference.Role))];
        var table = new Table(results.Workload.Title,
            ["server",
                .. results.Workload.Metrics
                    .SelectMany(m => (string[])[m.Title, .. references.Select(reference => $"x {reference.Name}")])]);
        foreach (Candidate candidate in results.Candidates)
        {
            table.Add([candidate.Name, .. results.Workload.Metrics.SelectMany(metric =>
            {
                Samples figure = results.Of(candidate, metric);
                return (string[])[figure.ToString(metric.Format),
                    .. references.Select(reference =>
                        Samples.Write(figure.Median / results.Best(metric, reference.Role)!.Value.Median, "0.00"))];
            })]);
        }

        Write(table);
        foreach (Candidate candidate in results.Candidates.Where(c => results.Failures(c).Count > 0))
        {
            IEnumerable<string> lost = results.Failures(candidate).Select(failure => $"{failure.Value} {failure.Key}");
            Sentence($"{candidate.Name} lost something: {string.Join(", ", lost)}. Its figures do not count");
        }
    }
}
