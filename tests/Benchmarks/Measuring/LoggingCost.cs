using Benchmarks.Candidates;
using Benchmarks.Reporting;
using Benchmarks.Running;
using TcpClose.Events;

namespace Benchmarks.Measuring;

/// <summary>Measures the cost of writing every event to a file, and counts the lost events.</summary>
internal static class LoggingCost
{
    /// <summary>The events that EchoServer writes once in each life cycle.</summary>
    private static readonly string[] Phases =
        [nameof(ClosePhase.Accepted), nameof(ClosePhase.Received), nameof(ClosePhase.Sent), nameof(ClosePhase.FinRead),
            nameof(ClosePhase.FinQueued), nameof(ClosePhase.SocketClosed)];

    /// <summary>
    /// Runs EchoServer without and with events, in turns; false if an event was lost or a life cycle failed.
    /// </summary>
    public static async Task<bool> RunAsync(Benchmark benchmark, string folder, Targets targets, Report report)
    {
        var cost = new Dictionary<string, List<double>> { ["warning"] = [], ["information"] = [] };
        long lifeCycles = 0, failures = 0;
        await benchmark.RunAsync(
            Workload.LifeCycle, "events", cost.Keys, level => level,
            level => (CandidateTable.EchoServer(Programs.Ours("EchoServer"), level), Path.Combine(folder, level)),
            (level, load) =>
            {
                cost[level].Add(load.Server!.CpuMicrosecondsPerLifeCycle);
                failures += load.FailuresInAll.Sum(failure => failure.Value);
                if (level == "information") lifeCycles += load.LifeCyclesInAll;
            });
        long lost = CountLost(Path.Combine(folder, "information"), lifeCycles);

        Samples off = new(cost["warning"]), on = new(cost["information"]);
        var table = new Table("EchoServer with every event written as text to a file", "log",
            "CPU us per life cycle", "x off", "life cycles", "events", "lost");
        table.Add("off (warning)", off.ToString("0.0"), "1.00", "", "", "");
        table.Add("on (information)", on.ToString("0.0"), Samples.Write(on.Median / off.Median, "0.00"),
            $"{lifeCycles}", $"{lifeCycles * Phases.Length - lost}", $"{lost}");
        report.Write(table);
        if (failures > 0) report.Sentence($"{failures} life cycles failed: the figures do not count");
        targets.CheckLost("no event lost", lost);
        targets.CheckBound($"CPU with events on, at most {Samples.Write(Targets.EventsFactor, "0.0")} x off",
            Targets.EventsFactor * off.Median, on.Median, "0.0");
        return lost == 0 && failures == 0;
    }

    // A line begins with time, side, connection, state, phase.
    private static long CountLost(string file, long lifeCycles)
    {
        var counts = Phases.ToDictionary(phase => phase, _ => 0L);
        foreach (string line in File.ReadLines(file))
        {
            string[] words = line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 4 && counts.TryGetValue(words[4], out long count)) counts[words[4]] = count + 1;
        }

        return counts.Values.Sum(count => Math.Abs(lifeCycles - count));
    }
}
