namespace Benchmarks;

/// <summary>All runs of one measure.</summary>
internal sealed class Results(Measure measure)
{
    private readonly OrderedDictionary<Contestant, List<LoadReport>> _runs = [];

    public Measure Measure => measure;

    /// <summary>Who took part, in order.</summary>
    public IReadOnlyCollection<Contestant> Contestants => _runs.Keys;

    public void Add(Contestant contestant, LoadReport report)
    {
        if (!_runs.TryGetValue(contestant, out List<LoadReport>? reports)) _runs[contestant] = reports = [];
        reports.Add(report);
    }

    /// <summary>A figure over all rounds.</summary>
    public Figure Of(Contestant contestant, Metric metric) => new([.. _runs[contestant].Select(metric.Read)]);

    /// <summary>What was lost in all rounds, by kind.</summary>
    public IReadOnlyDictionary<string, long> Failures(Contestant contestant) => _runs[contestant]
        .SelectMany(report => report.FailuresInAll).GroupBy(failure => failure.Key)
        .ToDictionary(kind => kind.Key, kind => kind.Sum(failure => failure.Value));

    /// <summary>The best of those who have a part in the comparison; null where none ran.</summary>
    public (Contestant Contestant, double Median)? Best(Metric metric, params Part[] parts)
    {
        var all = Contestants.Where(c => parts.Contains(c.Part)).Select(c => (Contestant: c, Of(c, metric).Median)).ToList();
        return all.Count == 0 ? null : metric.LessIsBetter ? all.MinBy(c => c.Median) : all.MaxBy(c => c.Median);
    }
}
