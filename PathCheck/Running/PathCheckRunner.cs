using PathCheck.Checks;
using PathCheck.Checks.Ends;
using PathCheck.Checks.HalfClosed;
using PathCheck.NearEnd;
using PathCheck.Protocol;
using PathCheck.Reporting;
using TcpClose.Cli;
using TcpClose.Events;

namespace PathCheck.Running;

/// <summary>Runs all checks of a path, simultaneously unless one would distort another.</summary>
internal sealed class PathCheckRunner(
    PathCheckOptions options, Action<string> progress, IReadOnlyList<Check>? checks = null)
{
    private readonly IReadOnlyList<Check> _checks = checks ?? CheckTable.All;

    // How many waits, one after the other, a run may take: for the checks, the search for a time-out, the repeats of
    // failures and the rounds of more connections.
    private const int MaxWaits = 16 + MoreConnections.MaxRounds;

    /// <summary>
    /// The maximum duration of a run: that of the options, or long enough for all waits and for all bytes at the
    /// minimum rate.
    /// </summary>
    public static TimeSpan MaxDuration(PathCheckOptions options) =>
        options.MaxDuration
        ?? TimeSpan.FromMinutes(1) + (MaxWaits * (options.Holds[^1] + options.Timeout)) + TransferTime(options);

    /// <exception cref="CommandException">
    /// The path cannot be checked (for example, because it accepts no connection), or the run takes too long.
    /// </exception>
    public async Task<PathReport> RunAsync(CancellationToken stop)
    {
        using var all = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var longest = CancellationTokenSource.CreateLinkedTokenSource(all.Token);
        longest.CancelAfter(MaxDuration(options));
        try
        {
            return await RunChecksAsync(all, longest.Token, stop);
        }
        catch (OperationCanceledException) when (longest.IsCancellationRequested && !all.IsCancellationRequested)
        {
            // A far end that delays each answer a little could make the run very long.
            throw new CommandException(
                $"the run was stopped after {new Duration(MaxDuration(options))}, the maximum for these --hold, " +
                "--timeout and --late: the path is too slow, or the far end delays it.");
        }
    }

    private async Task<PathReport> RunChecksAsync(
        CancellationTokenSource all, CancellationToken stop, CancellationToken interrupted)
    {
        DateTimeOffset at = DateTimeOffset.Now;
        var far = new FarEndClient(options, stop);
        var rows = new CheckRows(_checks, options);
        var runner = new CheckRunner(options, far, rows, interrupted);
        bool hasStopped = false;
        FarEndInfo? info = null;
        try
        {
            progress("contacting the far end");
            info = await far.InfoAsync();
            await RunInOrderAsync(far, rows, runner, all);
        }
        catch (CommandException failure) when (failure is PathStoppedException or UnusableAnswerException)
        {
            progress("looking for the cause");
            await runner.ThrowIfExplainedAsync();
            if (info is null || failure is not PathStoppedException stopped || !(rows.HasResults || stopped.HasEnded))
                throw;

            // The path has stopped working. What was measured before is still valid.
            rows.MarkTheRest(failure.Message);
            hasStopped = true;
        }

        return new PathReport(options, info, rows.Results, at) { Address = far.Address, HasStopped = hasStopped };
    }

    // A relay may end because of a RST, so the checks that send one run last, one after the other.
    private async Task RunInOrderAsync(
        FarEndClient far, CheckRows rows, CheckRunner runner, CancellationTokenSource all)
    {
        foreach (CheckRow row in rows.Where(c => c.RunsAlone))
        {
            progress($"checking: {row.Check.Title(default)}");
            await rows.RunAsync(row, () => runner.RunAsync(row.Check, row.Hold));
        }

        CheckRow[] parallel = [.. rows.Where(c => !c.RunsAlone && !c.IsAdvisory)];
        progress($"checking: {parallel.Count(r => r.Hold is not null)} half-closed connections in parallel, the " +
            $"longest silent for {new Duration(options.Holds[^1])}");
        await WhenAllAsync(
            [.. parallel.Select(row => rows.RunAsync(row, () => runner.RunAsync(row.Check, row.Hold)))], all);
        await runner.ThrowIfUnservedAsync();
        await RepeatUncertainAsync(runner, rows, [.. rows.Where(c => !c.IsAdvisory)]);
        await new Refinement(_checks, far, rows, runner).RunAsync(progress);
        foreach (CheckRow row in rows.Where(c => c.IsAdvisory))
        {
            progress($"checking: {row.Check.Title(default)}");
            await rows.RunAsync(row, () => runner.RunAsync(row.Check, row.Hold));
            await RepeatUncertainAsync(runner, rows, [row]);
        }
    }

    private async Task RepeatUncertainAsync(CheckRunner runner, CheckRows rows, IReadOnlyList<CheckRow> some)
    {
        progress("repeating uncertain checks");
        rows.Replace(await UncertainCheckRetry.RetryAsync(rows.Results.Where(r => some.Contains(r.Row)), f =>
        {
            progress($"repeating: {f.Title}");
            return runner.RunAsync(f.Check, f.Hold);
        }));
    }

    // A check that cannot run cancels the others, so that none waits for a far end that is gone.
    private static async Task WhenAllAsync(Task[] checks, CancellationTokenSource all)
    {
        await foreach (Task check in Task.WhenEach(checks))
        {
            if (!check.IsFaulted) continue;
            await all.CancelAsync();
            await Task.WhenAny(Task.WhenAll(checks));
            await check;
        }

        await Task.WhenAll(checks);
    }

    private static TimeSpan TransferTime(PathCheckOptions options)
    {
        long bytes = FullDuplexTransfer.Size + SlowReaderOfReply.Size
            + (options.Late * ((2 * options.Holds.Count) + 1));
        return TimeSpan.FromSeconds(bytes / TransferDeadline.MinBytesPerSecond);
    }
}
