using PathCheck.Checks;
using PathCheck.Classifying;

namespace PathCheck.Running;

/// <summary>
/// Repeats each check that a busy machine may have disturbed, alone and after all others. If it fails each time, the
/// path is at fault. If a doubt remains each time, the check is not judged.
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
            for (int retries = 0; (last.IsUncertain || last.Doubt is not null) && retries < MaxRetries; retries++)
                last = await again(first);
            settled.Add(last.Doubt is { } doubt
                ? last with { Effect = PathEffect.NotJudged, Evidence = doubt, CutAfter = null }
                : last);
        }

        return [.. settled];
    }
}
