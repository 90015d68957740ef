using Benchmarks.Candidates;
using Benchmarks.Measuring;

namespace Benchmarks.Reporting;

/// <summary>The reports of all runs of one workload.</summary>
internal sealed class Results(Workload workload)
{
    private readonly OrderedDictionary<Candidate, List<LoadReport>> _runs = [];

    public Workload Workload => workload;

    /// <summary>The servers, in the order of their turns.</summary>
    public IReadOnlyCollection<Candidate> Candidates => _runs.Keys;

    public void Add(Candidate candidate, LoadReport report)
    {
        if (!_runs.TryGetValue(candidate, out List<LoadReport>? reports)) _runs[candidate] = reports = [];
        reports.Add(report);
    }

    /// <summary>The values of one metric in all rounds.</summary>
    public Samples Of(Candidate candidate, Metric metric) => new([.. _runs[candidate].Select(metric.Read)]);

    /// <summary>The number of failures in all rounds, by kind.</summary>
    public IReadOnlyDictionary<string, long> Failures(Candidate candidate) => _runs[candidate]
        .SelectMany(report => report.FailuresInAll).GroupBy(failure => failure.Key)
        .ToDictionary(kind => kind.Key, kind => kind.Sum(failure => failure.Value));

    /// <summary>The server with the best median among those with these roles; null if none ran.</summary>
    public (Candidate Candidate, double Median)? Best(Metric metric, params Role[] roles)
    {
        var all = Candidates.Where(c => roles.Contains(c.Role))
            .Select(c => (Candidate: c, Of(c, metric).Median)).ToList();
        return all.Count == 0 ? null : metric.LessIsBetter ? all.MinBy(c => c.Median) : all.MaxBy(c => c.Median);
    }
}
