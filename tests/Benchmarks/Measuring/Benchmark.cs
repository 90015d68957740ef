using Benchmarks.Candidates;
using Benchmarks.Reporting;
using Benchmarks.Running;

namespace Benchmarks.Measuring;

/// <summary>Puts the servers under load in turns, A B C, A B C: what the machine does beside it meets all of them.</summary>
/// <param name="rounds">How often each server has its turn.</param>
/// <param name="seconds">How long one load lasts.</param>
/// <param name="cores">Where they run.</param>
/// <param name="progress">Where each run is told as it ends.</param>
/// <param name="stop">Ends it all.</param>
internal sealed class Benchmark(int rounds, int seconds, CpuPinning cores, TextWriter progress, CancellationToken stop)
{
    // A server that begins anew each time is made warm anew each time.
    private const int LessOften = 3;

    public int Rounds => rounds;

    public CancellationToken Stop => stop;

    /// <summary>For the head of the report.</summary>
    public string InWords => $"{rounds} round{(rounds == 1 ? "" : "s")} of {seconds} s in turns, each server {WarmServer.WarmUpSeconds} s warm: medians, with the least and the most behind them. {cores.InWords}";

    /// <summary>Runs one measure.</summary>
    public async Task<Results> RunAsync(Workload measure, IReadOnlyList<Candidate> contestants)
    {
        var results = new Results(measure);
        await RunAsync(
            measure, measure.Id,
            contestants.Where(c => measure.SizeMatters || !c.OnlyWhereSizeMatters), c => c.Name, c => (c.Command, null),
            results.Add);
        return results;
    }

    /// <summary>Runs one measure with any servers.</summary>
    /// <param name="measure">The measure.</param>
    /// <param name="what">What the progress calls it.</param>
    /// <param name="all">Who takes part.</param>
    /// <param name="name">Their names.</param>
    /// <param name="server">Their commands, and where their standard output goes, if that matters.</param>
    /// <param name="told">Is told each turn's report.</param>
    public async Task RunAsync<T>(Workload measure, string what, IEnumerable<T> all, Func<T, string> name, Func<T, (IEnumerable<string> Command, string? File)> server, Action<T, LoadReport> told)
        where T : notnull
    {
        Dictionary<T, WarmServer> entrants = all.ToDictionary(one => one, one => new WarmServer(measure, server(one).Command, cores, stop, server(one).File));
        try
        {
            await InTurnsAsync(what, entrants, entrant => name(entrant.Key), async entrant =>
            {
                LoadReport report = await entrant.Value.LoadAsync(seconds);
                told(entrant.Key, report);
                Metric first = measure.Metrics[0];
                return $"{first.Title} {Samples.Write(first.Read(report), first.Format)}";
            }, measure.IsTimed ? rounds : Math.Max(1, rounds / LessOften));
        }
        finally
        {
            foreach (WarmServer entrant in entrants.Values) await entrant.DisposeAsync();
        }
    }

    /// <summary>Gives each its turn, round by round, and tells what came of it.</summary>
    public async Task InTurnsAsync<T>(string what, IEnumerable<T> all, Func<T, string> name, Func<T, Task<string>> turn, int times)
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
