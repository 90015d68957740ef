using TcpClose.Cli;
using TcpClose.Events;
using TcpClose.Scenarios;

namespace EchoClient.Verdict;

/// <summary>All checks of a path, side by side where one does not falsify the other.</summary>
internal sealed class PathCheckRunner(PathCheckOptions options, Action<string> progress)
{
    // Faster than any time-out that somebody would set, and slower than a busy machine.
    private static readonly TimeSpan ImmediateThreshold = TimeSpan.FromMilliseconds(75);

    /// <summary>Runs them.</summary>
    /// <exception cref="CommandException">It cannot be judged: there is no path, or another server behind it.</exception>
    public async Task<PathReport> RunAsync(CancellationToken stop)
    {
        using var all = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var longest = CancellationTokenSource.CreateLinkedTokenSource(all.Token);
        longest.CancelAfter(options.Longest);
        try
        {
            return await RunChecksAsync(all, longest.Token);
        }
        catch (OperationCanceledException) when (longest.IsCancellationRequested && !all.IsCancellationRequested)
        {
            // Nobody there may keep us waiting a little each time, for ever.
            throw new CommandException($"the run has taken {new Duration(options.Longest)}, and is given up: the path is too slow, or the far side keeps it waiting.");
        }
    }

    private async Task<PathReport> RunChecksAsync(CancellationTokenSource all, CancellationToken stop)
    {
        DateTimeOffset at = DateTimeOffset.Now;
        var far = new ServerClient(options, stop);
        progress("who answers");
        ServerInfo server = await far.ServerInfoAsync();

        // This one fills buffers and keeps a processor busy: the others' times would suffer.
        progress("both directions at once");
        CheckResult both = await CheckAsync(far, CheckKind.FullDuplexTransfer, null);

        progress($"{2 * options.Holds.Count} half-closed connections side by side, the longest silent for {new Duration(options.Holds[^1])}");
        CheckResult[] found = await WhenAllAsync(
        [
            .. options.Holds.Select(h => CheckAsync(far, CheckKind.ClientClosesFirst, h)), .. options.Holds.Select(h => CheckAsync(far, CheckKind.ServerClosesFirst, h)),
            Task.FromResult(both),
            .. ((CheckKind[])[CheckKind.DataThenFin, CheckKind.FinWithoutData, CheckKind.ClientReset, CheckKind.ServerReset]).Select(c => CheckAsync(far, c, null)),
        ], all);

        progress("looking again");
        IReadOnlyList<CheckResult> sure = await UnsureCheckRetry.RetryAsync(found, f =>
        {
            progress($"looking again: {CheckKinds.Sentence(f.Check, f.Hold)}");
            return CheckAsync(far, f.Check, f.Hold);
        });
        progress("looking for the time-out");
        TimeSpan atOnce = ImmediateThreshold + far.MinRoundTrip;
        sure = await TimeoutRefinement.RefineAsync(sure, FirstCloser.Client, atOnce, h => CheckAsync(far, CheckKind.ClientClosesFirst, h));
        sure = await TimeoutRefinement.RefineAsync(sure, FirstCloser.Server, atOnce, h => CheckAsync(far, CheckKind.ServerClosesFirst, h));
        return new PathReport(options, server, sure, at);
    }

    // The first that cannot be judged ends the others, too: nobody waits for a server that is gone.
    private static async Task<CheckResult[]> WhenAllAsync(Task<CheckResult>[] checks, CancellationTokenSource all)
    {
        await foreach (Task<CheckResult> check in Task.WhenEach(checks))
        {
            if (!check.IsFaulted) continue;
            await all.CancelAsync();
            await Task.WhenAny(Task.WhenAll(checks));
            await check;
        }

        return await Task.WhenAll(checks);
    }

    private Task<CheckResult> CheckAsync(ServerClient far, CheckKind check, TimeSpan? hold) => check switch
    {
        CheckKind.ClientClosesFirst => ClientClosesFirst.RunAsync(far, hold!.Value, options.Late),
        CheckKind.ServerClosesFirst => ServerClosesFirst.RunAsync(far, hold!.Value, options.Late),
        CheckKind.FullDuplexTransfer => FullDuplexTransfer.RunAsync(far),
        CheckKind.DataThenFin => DataThenFin.RunAsync(far, options.Late),
        CheckKind.FinWithoutData => FinWithoutData.RunAsync(far),
        CheckKind.ClientReset => ClientReset.RunAsync(far),
        _ => ServerReset.RunAsync(far),
    };
}
