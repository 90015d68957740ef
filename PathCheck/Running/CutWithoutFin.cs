using PathCheck.Checks;
using PathCheck.Checks.HalfClosed;
using PathCheck.Classifying;

namespace PathCheck.Running;

/// <summary>
/// Finds out whether a time-out concerns half-closed connections only. PathCheck opens a connection that neither side
/// ends. For longer than the time-out, this connection is silent, or carries a byte now and then.
/// </summary>
internal static class CutWithoutFin
{
    private const double Longer = 1.5;
    private static readonly TimeSpan MaxInterval = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Sets <see cref="CheckResult.IsCutWithoutFin"/> in the results that are a cut after a time-out, or "gave up".
    /// </summary>
    /// <param name="results">The results.</param>
    /// <param name="isCut">
    /// Opens a connection that neither side ends, and returns whether the path cuts it; null if that is unknown.
    /// </param>
    public static async Task<IReadOnlyList<CheckResult>> CompareAsync(
        IReadOnlyList<CheckResult> results, Func<Drip, Task<bool?>> isCut)
    {
        bool?[] answers = await Task.WhenAll(((FirstCloser[])[FirstCloser.Client, FirstCloser.Server]).Select(first =>
            DripFor([.. results.Where(r => r.FirstCloser == first)]) is { } drip
                ? isCut(drip) : Task.FromResult<bool?>(null)));
        return [.. results.Select(r => IsTimed(r) || r.Effect == PathEffect.GaveUp
            ? r with { IsCutWithoutFin = answers[r.FirstCloser == FirstCloser.Client ? 0 : 1] }
            : r)];
    }

    // Null if no time-out was found in this direction.
    private static Drip? DripFor(CheckResult[] ours)
    {
        if (ours.Where(IsTimed).Max(r => r.CutAfter ?? r.CutBetween?.To) is not { } timeout) return null;
        bool isOfSilence = ours.Any(r => r.Check is IDrip && r.Effect == PathEffect.Preserved);
        TimeSpan length = timeout * Longer;
        return isOfSilence
            ? length <= MaxInterval ? new Drip(length, 1) : null
            : Drip.Within(timeout, length);
    }

    private static bool IsTimed(CheckResult result) =>
        result.Effect.IsCut && !result.IsIntermittent && (result.Check.HasHold || result.Check is IDrip);
}
