using System.Diagnostics;
using TcpClose;

namespace EchoClient.Verdict;

/// <summary>All checks of a path, side by side where one does not falsify the other.</summary>
internal sealed class VerdictRun(VerdictOptions options, Action<string> progress)
{
    // Faster than any time-out that somebody would set, and slower than a busy machine.
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(75);

    /// <summary>Runs them.</summary>
    /// <exception cref="CannotRunException">It cannot be judged: there is no path, or another server behind it.</exception>
    public async Task<Result> RunAsync(CancellationToken stop)
    {
        DateTimeOffset at = DateTimeOffset.Now;
        var far = new FarSide(options, stop);
        await far.HelloAsync();
        long began = Stopwatch.GetTimestamp();
        HelloLine server = await far.HelloAsync();
        TimeSpan atOnce = AtOnce + Stopwatch.GetElapsedTime(began);

        // This one fills buffers and keeps a processor busy: the others' times would suffer.
        progress("both directions at once");
        Finding both = await BothAtOnce.RunAsync(far);

        progress($"{(2 * options.Holds.Count) + 4} connections side by side, the longest silent for {new Duration(options.Holds[^1])}");
        Finding[] found = await Task.WhenAll(
        [
            .. options.Holds.Select(h => ClientFirst.RunAsync(far, h, options.Late)),
            .. options.Holds.Select(h => ServerFirst.RunAsync(far, h, options.Late)),
            EndOfStream.RunAsync(far, options.Late), FinAlone.RunAsync(far), ClientReset.RunAsync(far), ServerReset.RunAsync(far),
        ]);

        progress("looking for the time-out");
        int holds = options.Holds.Count;
        IReadOnlyList<Finding> all = [.. found[..(2 * holds)], both, .. found[(2 * holds)..]];
        all = await Settled.OfAsync(all, First.Client, atOnce, h => ClientFirst.RunAsync(far, h, options.Late));
        all = await Settled.OfAsync(all, First.Server, atOnce, h => ServerFirst.RunAsync(far, h, options.Late));
        return new Result(options, server, all, at);
    }
}
