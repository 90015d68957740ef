using Benchmarks.Candidates;
using Benchmarks.Reporting;
using Benchmarks.Running;

namespace Benchmarks.Measuring;

/// <summary>
/// Puts the servers under load in turns, A B C, A B C: what the machine does beside it meets all of them.
/// </summary>
/// <param name="rounds">How often each server has its turn.</param>
/// <param name="seconds">How long one load lasts.</param>
/// <param name="cores">Where they run.</param>
/// <param name="progress">Receives one line for each run as it ends.</param>
/// <param name="stop">Ends it all.</param>
internal sealed class Benchmark(int rounds, int seconds, CpuPinning cores, TextWriter progress, CancellationToken stop)
{
    // A server that begins anew each time is made warm anew each time.
    private const int UntimedRoundsDivisor = 3;

    public int Rounds => rounds;

    public CancellationToken Stop => stop;

    /// <summary>For the head of the report.</summary>
    public string Description =>
        $"{rounds} round{(rounds == 1 ? "" : "s")} of {seconds} s in turns, each server {WarmServer.WarmUpSeconds} s "
            + $"warm: medians, with the least and the most behind them. {cores.Description}";

    /// <summary>Runs one workload.</summary>
    public async Task<Results> RunAsync(Workload workload, IReadOnlyList<Candidate> candidates)
    {
        var results = new Results(workload);
        await RunAsync(
            workload, workload.Id,
            candidates.Where(c => workload.SizeMatters || !c.OnlyWhereSizeMatters), c => c.Name, c => (c.Command, null),
            results.Add);
        return results;
    }

    /// <summary>Runs one workload with any servers.</summary>
    /// <param name="workload">The workload.</param>
    /// <param name="what">What the progress calls it.</param>
    /// <param name="all">The servers.</param>
    /// <param name="name">Their names.</param>
    /// <param name="server">Their commands, and where their standard output goes, if that matters.</param>
    /// <param name="onReport">Receives the report of each turn.</param>
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

    /// <summary>Runs each in turn, round by round, and reports the result of each turn.</summary>
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
