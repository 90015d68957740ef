using Benchmarks.Candidates;
using Benchmarks.Reporting;
using Benchmarks.Running;

namespace Benchmarks.Measuring;

/// <summary>Loads the servers in turns (A B C, A B C), so that other work on the machine affects all alike.</summary>
/// <param name="rounds">The number of turns for each server; an untimed workload has a third, but at least one.</param>
/// <param name="seconds">The length of a turn in seconds.</param>
/// <param name="cores">The cores on which the programs run.</param>
/// <param name="progress">Receives a line after each turn.</param>
/// <param name="stop">Cancels the benchmark.</param>
internal sealed class Benchmark(int rounds, int seconds, CpuPinning cores, TextWriter progress, CancellationToken stop)
{
    // An untimed workload has fewer rounds, because each server is started and warmed up again for each turn.
    private const int UntimedRoundsDivisor = 3;

    public int Rounds => rounds;

    public CancellationToken Stop => stop;

    /// <summary>Describes the measurement, for the top of the report.</summary>
    public string Description =>
        $"{rounds} round{(rounds == 1 ? "" : "s")} of {seconds} s in turns, each server warmed up for "
            + $"{WarmServer.WarmUpSeconds} s: medians, followed by the minimum and the maximum. {cores.Description}";

    /// <summary>Runs one workload.</summary>
    public async Task<Results> RunAsync(Workload workload, IReadOnlyList<Candidate> candidates)
    {
        var results = new Results(workload);
        await RunAsync(
            workload, workload.Id,
            candidates.Where(c => workload.SizeMatters || !c.OnlyIfSizeMatters), c => c.Name, c => (c.Command, null),
            results.Add);
        return results;
    }

    /// <summary>
    /// Runs one workload with a set of servers. <paramref name="what"/> names it in the progress lines.
    /// </summary>
    public async Task RunAsync<T>(Workload workload, string what, IEnumerable<T> all, Func<T, string> name,
        Func<T, (IEnumerable<string> Command, string? File)> server, Action<T, LoadReport> onReport)
        where T : notnull
    {
        Dictionary<T, WarmServer> warmServers = all.ToDictionary(one => one,
            one => new WarmServer(workload, server(one).Command, cores, stop, server(one).File));
        try
        {
            await InTurnsAsync(what, warmServers, warmServer => name(warmServer.Key), async warmServer =>
            {
                LoadReport report = await warmServer.Value.LoadAsync(seconds);
                onReport(warmServer.Key, report);
                Metric first = workload.Metrics[0];
                return $"{first.Title} {Samples.Write(first.Read(report), first.Format)}";
            }, workload.IsTimed ? rounds : Math.Max(1, rounds / UntimedRoundsDivisor));
        }
        finally
        {
            foreach (WarmServer warmServer in warmServers.Values) await warmServer.DisposeAsync();
        }
    }

    /// <summary>Runs the turns round by round, with a progress line for each turn.</summary>
    public async Task InTurnsAsync<T>(string what, IEnumerable<T> all, Func<T, string> name,
        Func<T, Task<string>> turn, int times)
    {
        for (int round = 1; round <= times; round++)
        {
            foreach (T one in all)
            {
                stop.ThrowIfCancellationRequested();
                progress.WriteLine($"{what}, round {round} of {times}, {name(one)}: {await turn(one)}");
            }
        }
    }
}
