namespace Benchmarks;

/// <summary>
/// Runs the servers under load in turns, A B C, A B C: what the machine does beside it meets all of them. Each run has
/// a process of its own, so that none lives on what an earlier run left in it.
/// </summary>
/// <param name="rounds">How often each server has its turn.</param>
/// <param name="seconds">How long one load lasts.</param>
/// <param name="cores">Where they run.</param>
/// <param name="progress">Where each run is told as it ends.</param>
/// <param name="stop">Ends it all.</param>
internal sealed class Benchmark(int rounds, int seconds, Cores cores, TextWriter progress, CancellationToken stop)
{
    // A .NET server compiles its hot methods while it runs, and again when it has seen how they are used. After 4 s it was still at
    // it, on the processor where it serves: a tenth was missing then, the more the longer the code.
    private const int WarmUpSeconds = 15;

    public int Rounds => rounds;

    public CancellationToken Stop => stop;

    /// <summary>For the head of the report.</summary>
    public string InWords => $"{rounds} round{(rounds == 1 ? "" : "s")} of {seconds} s in turns, each in a new process, {WarmUpSeconds} s warm: medians, with the least and the most behind them. {cores.InWords}";

    /// <summary>Runs one measure.</summary>
    public async Task<Results> RunAsync(Measure measure, IReadOnlyList<Contestant> contestants)
    {
        var results = new Results(measure);
        await InTurnsAsync(measure.Id, contestants.Where(c => measure.SizeMatters || !c.OnlyWhereSizeMatters), contestant => contestant.Name, async contestant =>
        {
            LoadReport report = await LoadAsync(measure, contestant.Command);
            results.Add(contestant, report);
            Metric first = measure.Metrics[0];
            return $"{first.Title} {Figure.Write(first.Read(report), first.Format)}";
        });
        return results;
    }

    /// <summary>Starts a server, makes it warm, puts the load of a measure on it, and ends it.</summary>
    /// <param name="measure">The measure.</param>
    /// <param name="command">The server.</param>
    /// <param name="file">Where its standard output goes, if that matters.</param>
    public async Task<LoadReport> LoadAsync(Measure measure, IEnumerable<string> command, string? file = null)
    {
        await using Server server = await Server.StartAsync([.. cores.OfServer, .. command], stop, file);
        LoadReport warmUp = await LoadAsync(measure.IsTimed ? measure : Measure.LifeCycle, WarmUpSeconds, server);
        return await LoadAsync(measure, seconds, server) with { WarmUp = warmUp };
    }

    /// <summary>Gives each its turn, round by round, and tells what came of it.</summary>
    public async Task InTurnsAsync<T>(string what, IEnumerable<T> all, Func<T, string> name, Func<T, Task<string>> turn, int timesAsOften = 1)
    {
        for (int round = 1; round <= rounds * timesAsOften; round++)
        {
            foreach (T one in all)
            {
                stop.ThrowIfCancellationRequested();
                progress.WriteLine($"{what}, round {round} of {rounds * timesAsOften}, {name(one)}: {await turn(one)}");
            }
        }
    }

    private Task<LoadReport> LoadAsync(Measure measure, int duration, Server server) => LoadReport.RunAsync(
        [.. cores.OfLoad, Programs.Ours("Load"), .. measure.Load, .. measure.IsTimed ? (string[])["--duration", $"{duration}s"] : []], duration, server, stop);
}
