using Benchmarks.Candidates;
using Benchmarks.Measuring;

namespace Benchmarks.Reporting;

/// <summary>All runs of one measure.</summary>
internal sealed class Results(Workload measure)
{
    private readonly OrderedDictionary<Candidate, List<LoadReport>> _runs = [];

    public Workload Measure => measure;

    /// <summary>Who took part, in order.</summary>
    public IReadOnlyCollection<Candidate> Contestants => _runs.Keys;

    public void Add(Candidate contestant, LoadReport report)
    {
        if (!_runs.TryGetValue(contestant, out List<LoadReport>? reports)) _runs[contestant] = reports = [];
        reports.Add(report);
    }

    /// <summary>A figure over all rounds.</summary>
    public Samples Of(Candidate contestant, Metric metric) => new([.. _runs[contestant].Select(metric.Read)]);

    /// <summary>What was lost in all rounds, by kind.</summary>
    public IReadOnlyDictionary<string, long> Failures(Candidate contestant) => _runs[contestant]
        .SelectMany(report => report.FailuresInAll).GroupBy(failure => failure.Key)
        .ToDictionary(kind => kind.Key, kind => kind.Sum(failure => failure.Value));

    /// <summary>The best of those who have a part in the comparison; null where none ran.</summary>
    public (Candidate Contestant, double Median)? Best(Metric metric, params Role[] parts)
    {
        var all = Contestants.Where(c => parts.Contains(c.Role)).Select(c => (Contestant: c, Of(c, metric).Median)).ToList();
        return all.Count == 0 ? null : metric.LessIsBetter ? all.MinBy(c => c.Median) : all.MaxBy(c => c.Median);
    }
}
