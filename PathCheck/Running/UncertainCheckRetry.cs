using PathCheck.Checks;
using PathCheck.Classifying;

namespace PathCheck.Running;

/// <summary>
/// Repeats each check that a busy machine may have disturbed, while no other check runs. If a doubt remains each time,
/// the check is not judged. A failure that does not come again is kept in <see cref="CheckResult.FailedOnce"/>: perhaps
/// the path was its cause.
/// </summary>
internal static class UncertainCheckRetry
{
    private const int MaxRetries = 2;

    public static async Task<CheckResult[]> RetryAsync(
        IEnumerable<CheckResult> results, Func<CheckResult, Task<CheckResult>> again)
    {
        var settled = new List<CheckResult>();
        foreach (CheckResult first in results)
        {
            CheckResult last = first;
            CheckResult? failed = null;
            for (int retries = 0; (last.IsUncertain || last.Doubt is not null) && retries < MaxRetries; retries++)
            {
                if (last.Effect.IsFault) failed ??= last;
                last = await again(first);
            }

            settled.Add(last.Doubt is { } doubt
                ? last with { Effect = PathEffect.NotJudged, Observed = doubt, CutAfter = null }
                : last.Effect == PathEffect.Preserved ? last with { FailedOnce = failed } : last);
        }

        return [.. settled];
    }
}
