using Benchmarks.Candidates;

namespace Benchmarks.Reporting;

/// <summary>Writes the report for a terminal or as Markdown.</summary>
internal sealed class Report(TextWriter output, bool markdown)
{
    /// <summary>The servers that each figure is compared with.</summary>
    private static readonly (string Name, Role Role)[] References = [("C", Role.C), ("textbook", Role.Textbook)];

    /// <summary>Writes a sentence; in Markdown, a paragraph.</summary>
    public void Sentence(string text) => output.Write(markdown ? $"{text}.\n\n" : $"{text}.\n");

    public void Write(Table table) => output.Write(markdown ? $"{table.ToMarkdown()}\n" : $"\n{table.ToText()}\n");

    /// <summary>
    /// Writes the table of a workload. Each figure is followed by its ratios to C and to the better textbook server, if
    /// these run.
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
            IEnumerable<string> failures = results.Failures(candidate).Select(f => $"{f.Value} {f.Key}");
            Sentence($"{candidate.Name} had failures ({string.Join(", ", failures)}): its figures do not count");
        }
    }
}
