using PathCheck.Checks;
using PathCheck.Checks.Ends;
using PathCheck.Checks.HalfClosed;
using PathCheck.Classifying;
using PathCheck.NearEnd;

namespace PathCheck.Running;

/// <summary>
/// Compares the results (except those of resets and hang-ups), and opens more connections to learn what the path does.
/// </summary>
internal sealed class Refinement(IReadOnlyList<Check> checks, FarEndClient far, CheckRows rows, CheckRunner runner)
{
    /// <summary>Replaces the results of the rows.</summary>
    public async Task RunAsync(Action<string> progress)
    {
        rows.Replace(ResetInPlaceOfFin.Attribute(rows.Results));
        progress("searching for the time-out");
        foreach (Check check in checks.Where(c => c.HasHold))
        {
            rows.Replace(await TimeoutRefinement.RefineAsync(
                rows.Results, check.FirstCloser, far.Immediate, h => runner.RunAsync(check, h)));
        }

        await DripAgainAsync();
        rows.Replace(await MomentaryBreak.AcquitAsync(
            rows.Results, far.Immediate, r => runner.RunAsync(r.Check, r.Hold)));
        rows.Replace(await MoreConnections.TryAsync(rows.Results, far.Immediate, r =>
        {
            progress($"trying more connections: {r.Title}");
            return runner.RunAsync(r.Check, r.Hold);
        }));
        rows.Replace(await CutWithoutFin.CompareAsync(rows.Results, drip => EchoWithoutFin.IsCutAsync(far, drip)));
    }

    // A drip shows whether a time-out limits a silence or the total time. Its silences must be much shorter than the
    // time-out, and the whole drip longer.
    private async Task DripAgainAsync()
    {
        foreach (IDrip check in checks.OfType<IDrip>())
        {
            CheckResult before = rows.Results.Single(r => r.Check == check);
            CheckResult? cut = rows.Results.Where(r => r.FirstCloser == before.FirstCloser && r.Check.HasHold
                && r.Effect == PathEffect.Cut && r.CutAfter is not null).MinBy(r => r.CutAfter);
            bool isClosed = rows.Results.Any(
                r => r.FirstCloser == before.FirstCloser && r.Effect == PathEffect.FullClose);
            if (isClosed && before.Effect.IsCut)
                rows.Replace([before with { Effect = PathEffect.FullClose, CutAfter = null }]);
            else if (cut?.CutAfter is { } timeout && !Drip.LongerThan(far.LongestHold).Tests(timeout))
            {
                CheckResult again = await runner.RunAsync(
                    before.Check, null, () => check.RunAsync(far, Drip.For(timeout)));
                rows.Replace([again.Effect == PathEffect.Preserved
                    ? again with { FailedOnce = before.FailedOnce } : again]);
            }
        }
    }
}
