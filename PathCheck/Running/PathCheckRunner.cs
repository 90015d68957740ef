using PathCheck.Checks;
using PathCheck.NearEnd;
using PathCheck.Protocol;
using PathCheck.Reporting;
using TcpClose.Cli;
using TcpClose.Events;

namespace PathCheck.Running;

/// <summary>Runs all checks of a path, simultaneously unless one would distort another.</summary>
internal sealed class PathCheckRunner(PathCheckOptions options, Action<string> progress)
{
    // The search for a time-out takes up to seven rounds in each direction.
    private const int MaxWaits = 16;

    // Shorter than any time-out that an administrator would set, and longer than the usual delays of a busy machine.
    private static readonly TimeSpan ImmediateThreshold = TimeSpan.FromMilliseconds(75);

    /// <summary>
    /// The maximum duration of a run: a minute, plus 16 times the sum of the longest hold and the time-out, plus the
    /// time that all bytes take at the minimum rate.
    /// </summary>
    public static TimeSpan MaxDuration(PathCheckOptions options) =>
        options.MaxDuration
        ?? TimeSpan.FromMinutes(1) + (MaxWaits * (options.Holds[^1] + options.Timeout)) + TransferTime(options);

    /// <summary>Runs the checks.</summary>
    /// <exception cref="CommandException">
    /// The path accepts no connection, or there is no PathCheck at its far end.
    /// </exception>
    public async Task<PathReport> RunAsync(CancellationToken stop)
    {
        using var all = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var longest = CancellationTokenSource.CreateLinkedTokenSource(all.Token);
        longest.CancelAfter(MaxDuration(options));
        try
        {
            return await RunChecksAsync(all, longest.Token);
        }
        catch (OperationCanceledException) when (longest.IsCancellationRequested && !all.IsCancellationRequested)
        {
            // Without this limit a far end that delays each answer a little could keep the run going forever.
            throw new CommandException(
                $"the run was stopped after {new Duration(MaxDuration(options))}, the maximum for these --hold, " +
                "--timeout and --late: the path is too slow, or the far end delays it.");
        }
    }

    private async Task<PathReport> RunChecksAsync(CancellationTokenSource all, CancellationToken stop)
    {
        DateTimeOffset at = DateTimeOffset.Now;
        var far = new FarEndClient(options, stop);
        progress("contacting the far end");
        FarEndInfo info = await far.InfoAsync();

        (Check Check, TimeSpan? Hold)[] rows =
            [.. CheckTable.All.SelectMany(c => c.HasHold ? options.Holds.Select(h => (c, (TimeSpan?)h)) : [(c, null)])];
        var found = new Dictionary<(Check, TimeSpan?), CheckResult>();
        foreach ((Check check, TimeSpan? hold) in rows.Where(r => r.Check.RunsAlone))
        {
            progress($"checking: {check.Title(default)}");
            found[(check, hold)] = await CheckAsync(far, check, hold);
        }

        progress($"checking: {rows.Count(r => r.Hold is not null)} half-closed connections in parallel, the longest " +
            $"silent for {new Duration(options.Holds[^1])}");
        IEnumerable<Task<CheckResult>> others =
            rows.Where(r => !r.Check.RunsAlone).Select(r => CheckAsync(far, r.Check, r.Hold));
        foreach (CheckResult one in await WhenAllAsync([.. others], all))
            found[(one.Check, one.Hold)] = one;

        progress("repeating uncertain checks");
        IReadOnlyList<CheckResult> results = await UncertainCheckRetry.RetryAsync(rows.Select(r => found[r]), f =>
        {
            progress($"repeating: {f.Title}");
            return CheckAsync(far, f.Check, f.Hold);
        });
        progress("searching for the time-out");
        TimeSpan immediate = ImmediateThreshold + far.MinRoundTrip;
        foreach (Check check in CheckTable.All.Where(c => c.HasHold))
            results = await TimeoutRefinement.RefineAsync(
                results, check.FirstCloser, immediate, h => CheckAsync(far, check, h));
        return new PathReport(options, info, results, at) { Address = far.Address };
    }

    // The first check that fails to run cancels the others, so that none waits for a far end that is gone.
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

    private static TimeSpan TransferTime(PathCheckOptions options)
    {
        long bytes = FullDuplexTransfer.Size + (options.Late * ((2 * options.Holds.Count) + 1));
        return TimeSpan.FromSeconds(bytes / TransferDeadline.MinBytesPerSecond);
    }

    private Task<CheckResult> CheckAsync(FarEndClient far, Check check, TimeSpan? hold) =>
        check.RunAsync(far, hold ?? TimeSpan.Zero, options.Late);
}
