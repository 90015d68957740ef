using System.Globalization;
using Benchmarks.Candidates;
using Benchmarks.Measuring;

namespace Benchmarks.Reporting;

/// <summary>The goals of EchoServer, each with its verdict: met or missed.</summary>
internal sealed class Targets
{
    /// <summary>
    /// A figure that is worse by at most this fraction counts as level. Two runs of one program can differ by as much.
    /// </summary>
    private const double Level = 0.05;

    /// <summary>The maximum cost of a life cycle with events, relative to one without.</summary>
    public const double EventsFactor = 2.5;

    private readonly Table _table = new(
        $"Goals of EchoServer --think 0 --log-level warning (level: within {Level:0 %})", "goal", "bound",
        "measured", "verdict");

    public Table Table => _table;

    /// <summary>Checks the goals of one workload.</summary>
    public void Check(Results results)
    {
        if (results.Candidates.FirstOrDefault(c => c.Role == Role.Ours) is not { } ours) return;
        Workload workload = results.Workload;
        CheckLost($"{workload.Id}, no byte or connection lost", results.Failures(ours).Values.Sum());
        if (workload.Id.StartsWith("ping-pong", StringComparison.Ordinal)) CheckAgainstOneTextbook(results, ours);
        else foreach (Metric metric in workload.Metrics)
            CheckAgainst(results, ours, metric, "must", "level with the better textbook", 1, Level, Role.Textbook);

        switch (workload.Id)
        {
            case "lifecycle":
                CheckAgainst(results, ours, workload.Metrics[0], "goal", "at most 1.1 x C", 1.1, 0, Role.C);
                CheckAgainst(results, ours, workload.Metrics[1], "goal", "level with C", 1, Level, Role.C);
                break;
            case "throughput":
                foreach (Metric metric in workload.Metrics)
                    CheckAgainst(results, ours, metric, "goal", "level with C of the same buffer size",
                        1, Level, Role.C);
                CheckAgainst(results, ours, workload.Metrics[0], "goal", "at least 0.9 x C with its best buffer",
                    0.9, 0, Role.C, Role.COtherBuffer);
                CheckAgainst(results, ours, workload.Metrics[1], "goal", "at most 1/0.9 x C with its best buffer",
                    1 / 0.9, 0, Role.C, Role.COtherBuffer);
                break;
            case "idle":
                Metric memory = workload.Metrics[0];
                Add($"goal: idle, {memory.Title}, at most 1", 1, results.Of(ours, memory).Median, memory.LessIsBetter,
                    0, memory.Format);
                break;
        }
    }

    /// <summary>Checks that nothing was lost.</summary>
    public void CheckLost(string goal, long lost) =>
        _table.Add($"must: {goal}", "0", $"{lost}", lost == 0 ? "met" : "missed");

    /// <summary>Checks that a figure is not above a bound.</summary>
    public void CheckBound(string goal, double bound, double measured, string format) =>
        Add($"goal: {goal}", bound, measured, lessIsBetter: true, 0, format);

    // Which textbook server is better depends on whether another core is idle. It is sufficient to be level with one of
    // them, but it must be the same one in every figure.
    private void CheckAgainstOneTextbook(Results results, Candidate ours)
    {
        var textbooks = results.Candidates.Where(c => c.Role == Role.Textbook)
            .Select(textbook => (Candidate: textbook,
                Shortfall: results.Workload.Metrics.Max(m => Shortfall(
                    results.Of(textbook, m).Median, results.Of(ours, m).Median, m.LessIsBetter)))).ToList();
        if (textbooks.Count == 0) return;
        Candidate nearest = textbooks.MinBy(t => t.Shortfall).Candidate;
        foreach (Metric metric in results.Workload.Metrics)
            Add($"must: {results.Workload.Id}, {metric.Title}, level with one textbook ({nearest.Name})",
                results.Of(nearest, metric).Median, results.Of(ours, metric).Median, metric.LessIsBetter, Level,
                metric.Format);
    }

    private void CheckAgainst(Results results, Candidate ours, Metric metric, string kind, string words, double factor,
        double tolerance, params Role[] references)
    {
        if (results.Best(metric, references) is not { } best) return;
        Add($"{kind}: {results.Workload.Id}, {metric.Title}, {words} ({best.Candidate.Name})", best.Median * factor,
            results.Of(ours, metric).Median, metric.LessIsBetter, tolerance, metric.Format);
    }

    private void Add(string goal, double bound, double measured, bool lessIsBetter, double tolerance, string format)
    {
        double shortfall = Shortfall(bound, measured, lessIsBetter);
        _table.Add(goal, Samples.Write(bound, format), Samples.Write(measured, format),
            shortfall <= tolerance ? "met" : string.Create(CultureInfo.InvariantCulture, $"missed by {shortfall:0 %}"));
    }

    // How much worse a figure is than its bound, as a fraction; negative if it is better.
    private static double Shortfall(double bound, double measured, bool lessIsBetter) =>
        lessIsBetter ? measured / bound - 1 : 1 - measured / bound;
}
