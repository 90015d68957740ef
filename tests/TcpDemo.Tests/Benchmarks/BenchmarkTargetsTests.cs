using Benchmarks.Candidates;
using Benchmarks.Measuring;
using Benchmarks.Reporting;

namespace TcpDemo.Tests.Benchmarks;

/// <summary>
/// For each target, EchoServer is compared with the right server. The target is met, or missed by a percentage.
/// </summary>
[Trait("Tier", "Long")]
public sealed class BenchmarkTargetsTests
{
    private static readonly Candidate C = new("c-epoll", "C", []) { Role = Role.C };
    private static readonly Candidate Slow = new("textbook", "slow textbook", []) { Role = Role.Textbook };
    private static readonly Candidate Fast = new("inlined", "fast textbook", []) { Role = Role.Textbook };
    private static readonly Candidate Ours = new("echoserver", "EchoServer", []) { Role = Role.Ours };

    [Fact]
    public void TheMedianIsFollowedByTheMinimumAndTheMaximum()
    {
        Assert.Equal("3.0 (1.0-9.0)", new Samples([9, 1, 3]).ToString("0.0"));
        Assert.Equal("2.5 (1.0-9.0)", new Samples([9, 1, 3, 2]).ToString("0.0"));
        Assert.Equal("7", new Samples([7]).ToString("0"));
    }

    [Fact]
    public void ALifeCycleIsComparedWithTheBetterTextbookAndWithC()
    {
        string[] lines = Check("lifecycle", (C, 30, 1000), (Slow, 50, 700), (Fast, 40, 900), (Ours, 41, 800));
        Assert.Contains(lines, line => line.Contains("CPU us, level with the better textbook (fast textbook)")
            && line.EndsWith("met", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("per second, level with the better textbook (fast textbook)")
            && line.EndsWith("missed by 11 %", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("CPU us, at most 1.1 x C") && line.Contains("33.0")
            && line.EndsWith("missed by 24 %", StringComparison.Ordinal));
        Assert.Contains(lines,
            line => line.Contains("per second, level with C")
                && line.EndsWith("missed by 20 %", StringComparison.Ordinal));
    }

    [Fact]
    public void ForMessagesItIsEnoughToMatchOneTextbookInEveryFigure()
    {
        string[] lines = Check("ping-pong", (C, 5, 900), (Slow, 12, 900), (Fast, 8, 600), (Ours, 8, 610));
        Assert.Equal(3,
            lines.Count(line => line.Contains("(fast textbook)") && line.EndsWith("met", StringComparison.Ordinal)));

        // It is not enough to match the processor time of one textbook server and the rate of the other one.
        lines = Check("ping-pong", (Slow, 12, 900), (Fast, 8, 600), (Ours, 12, 600));
        Assert.Contains(lines, line => line.Contains("missed"));
    }

    [Fact]
    public void ALossDuringTheWarmUpIsAMissedTargetToo()
    {
        var results = new Results(Workload.LifeCycle);
        results.Add(Ours,
            Report(40, 900) with
            {
                WarmUp = Report(40, 900) with { Failures = new Dictionary<string, long> { ["short"] = 3 } }
            });
        var targets = new Targets();
        targets.Check(results);
        Assert.Equal(3, results.Failures(Ours)["short"]);
        Assert.Matches("lifecycle, no byte or connection lost +0 +3 +missed\n", targets.Table.ToText());
    }

    private static string[] Check(string workload, params (Candidate Who, double Cpu, double Rate)[] figures)
    {
        var results = new Results(Workload.All.Single(m => m.Id == workload));
        foreach ((Candidate who, double cpu, double rate) in figures) results.Add(who, Report(cpu, rate));
        var targets = new Targets();
        targets.Check(results);
        return targets.Table.ToText().Split('\n');
    }

    private static LoadReport Report(double cpu, double rate) => new(0, rate, rate, 0, new LoadReport.Latency(50, 100),
        new Dictionary<string, long>(), new LoadReport.ServerCost(cpu, cpu, 0, 0));
}
