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
        using var all = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var longest = CancellationTokenSource.CreateLinkedTokenSource(all.Token);
        longest.CancelAfter(options.Longest);
        try
        {
            return await JudgeAsync(all, longest.Token);
        }
        catch (OperationCanceledException) when (longest.IsCancellationRequested && !all.IsCancellationRequested)
        {
            // Nobody there may keep us waiting a little each time, for ever.
            throw new CannotRunException($"the run has taken {new Duration(options.Longest)}, and is given up: the path is too slow, or the far side keeps it waiting.");
        }
    }

    private async Task<Result> JudgeAsync(CancellationTokenSource all, CancellationToken stop)
    {
        DateTimeOffset at = DateTimeOffset.Now;
        var far = new FarSide(options, stop);
        progress("who answers");
        HelloLine server = await far.HelloAsync();

        // This one fills buffers and keeps a processor busy: the others' times would suffer.
        progress("both directions at once");
        Finding both = await CheckAsync(far, Check.BothAtOnce, null);

        progress($"{2 * options.Holds.Count} half-closed connections side by side, the longest silent for {new Duration(options.Holds[^1])}");
        Finding[] found = await TogetherAsync(
        [
            .. options.Holds.Select(h => CheckAsync(far, Check.ClientFirst, h)), .. options.Holds.Select(h => CheckAsync(far, Check.ServerFirst, h)),
            Task.FromResult(both),
            .. ((Check[])[Check.EndOfStream, Check.FinAlone, Check.ClientReset, Check.ServerReset]).Select(c => CheckAsync(far, c, null)),
        ], all);

        progress("looking again");
        IReadOnlyList<Finding> sure = await SecondLook.AtAsync(found, f =>
        {
            progress($"looking again: {Checks.Sentence(f.Check, f.Hold)}");
            return CheckAsync(far, f.Check, f.Hold);
        });
        progress("looking for the time-out");
        TimeSpan atOnce = AtOnce + far.Quickest;
        sure = await Settled.OfAsync(sure, First.Client, atOnce, h => CheckAsync(far, Check.ClientFirst, h));
        sure = await Settled.OfAsync(sure, First.Server, atOnce, h => CheckAsync(far, Check.ServerFirst, h));
        return new Result(options, server, sure, at);
    }

    // The first that cannot be judged ends the others, too: nobody waits for a server that is gone.
    private static async Task<Finding[]> TogetherAsync(Task<Finding>[] checks, CancellationTokenSource all)
    {
        await foreach (Task<Finding> check in Task.WhenEach(checks))
        {
            if (!check.IsFaulted) continue;
            await all.CancelAsync();
            await Task.WhenAny(Task.WhenAll(checks));
            await check;
        }

        return await Task.WhenAll(checks);
    }

    private Task<Finding> CheckAsync(FarSide far, Check check, TimeSpan? hold) => check switch
    {
        Check.ClientFirst => ClientFirst.RunAsync(far, hold!.Value, options.Late),
        Check.ServerFirst => ServerFirst.RunAsync(far, hold!.Value, options.Late),
        Check.BothAtOnce => BothAtOnce.RunAsync(far),
        Check.EndOfStream => EndOfStream.RunAsync(far, options.Late),
        Check.FinAlone => FinAlone.RunAsync(far),
        Check.ClientReset => ClientReset.RunAsync(far),
        _ => ServerReset.RunAsync(far),
    };
}
