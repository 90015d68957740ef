using System.Globalization;
using Benchmarks.Candidates;
using Benchmarks.Measuring;

namespace Benchmarks.Reporting;

/// <summary>What EchoServer has to reach, line by line: met, or missed by so much.</summary>
internal sealed class Targets
{
    /// <summary>Two figures that differ by less are level: as much as the same program differs from itself.</summary>
    private const double Level = 0.05;

    /// <summary>A life cycle with its events written costs at most so many without.</summary>
    public const double EventsFactor = 2.5;

    private readonly Table _table = new(
        $"Goals of EchoServer --think 0 --log-level warning (level: within {Level:0 %})", "goal", "bound",
        "measured", "verdict");

    public Table Table => _table;

    /// <summary>Judges one workload.</summary>
    public void Judge(Results results)
    {
        if (results.Candidates.FirstOrDefault(c => c.Role == Role.Ours) is not { } ours) return;
        Workload workload = results.Workload;
        JudgeLost($"byte or connection in {workload.Id}", results.Failures(ours).Values.Sum());
        if (workload.Id.StartsWith("ping-pong", StringComparison.Ordinal)) JudgeAsOneOfThem(results, ours);
        else foreach (Metric metric in workload.Metrics)
            Against(results, ours, metric, "must", "level with the better textbook", 1, Level, Role.Textbook);

        switch (workload.Id)
        {
            case "lifecycle":
                Against(results, ours, workload.Metrics[0], "goal", "at most 1.1 x C", 1.1, 0, Role.C);
                Against(results, ours, workload.Metrics[1], "goal", "level with C", 1, Level, Role.C);
                break;
            case "throughput":
                foreach (Metric metric in workload.Metrics)
                    Against(results, ours, metric, "goal", "level with C of the same buffer", 1, Level, Role.C);
                Against(results, ours, workload.Metrics[0], "goal", "at least 0.9 x C of the best buffer", 0.9, 0,
                    Role.C, Role.COfAnotherSize);
                Against(results, ours, workload.Metrics[1], "goal", "at most C of the best buffer / 0.9", 1 / 0.9, 0,
                    Role.C, Role.COfAnotherSize);
                break;
            case "idle":
                Metric memory = workload.Metrics[0];
                Add($"goal: idle, {memory.Title}, at most 1", 1, results.Of(ours, memory).Median, memory.LessIsBetter,
                    0, memory.Format);
                break;
        }
    }

    /// <summary>Judges that nothing was lost.</summary>
    public void JudgeLost(string what, long lost) =>
        _table.Add($"must: no {what} lost", "0", $"{lost}", lost == 0 ? "met" : "missed");

    /// <summary>Judges a figure that must not be above a bound.</summary>
    public void JudgeBound(string goal, double bound, double measured, string format) =>
        Add($"goal: {goal}", bound, measured, lessIsBetter: true, 0, format);

    // Which of the two ways is the better one here depends on whether another core is idle: level with one is enough,
    // but in every figure with the same one.
    private void JudgeAsOneOfThem(Results results, Candidate ours)
    {
        var ways = results.Candidates.Where(c => c.Role == Role.Textbook)
            .Select(way => (Way: way,
                Off: results.Workload.Metrics.Max(m => Off(results.Of(way, m).Median, results.Of(ours, m).Median,
                    m.LessIsBetter)))).ToList();
        if (ways.Count == 0) return;
        Candidate nearest = ways.MinBy(w => w.Off).Way;
        foreach (Metric metric in results.Workload.Metrics)
            Add($"must: {results.Workload.Id}, {metric.Title}, level with one textbook ({nearest.Name})",
                results.Of(nearest, metric).Median, results.Of(ours, metric).Median, metric.LessIsBetter, Level,
                metric.Format);
    }

    private void Against(Results results, Candidate ours, Metric metric, string kind, string words, double factor,
        double tolerance, params Role[] references)
    {
        if (results.Best(metric, references) is not { } best) return;
        Add($"{kind}: {results.Workload.Id}, {metric.Title}, {words} ({best.Candidate.Name})", best.Median * factor,
            results.Of(ours, metric).Median, metric.LessIsBetter, tolerance, metric.Format);
    }

    private void Add(string goal, double bound, double measured, bool lessIsBetter, double tolerance, string format)
    {
        double off = Off(bound, measured, lessIsBetter);
        _table.Add(goal, Samples.Write(bound, format), Samples.Write(measured, format),
            off <= tolerance ? "met" : string.Create(CultureInfo.InvariantCulture, $"missed by {off:0 %}"));
    }

    // How much worse than the bound, as a part of it; below 0 where it is better.
    private static double Off(double bound, double measured, bool lessIsBetter) =>
        lessIsBetter ? measured / bound - 1 : 1 - measured / bound;
}
