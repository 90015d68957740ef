namespace EchoClient.Verdict;

/// <summary>
/// A check that a busy machine may have spoilt is made again, now alone, when all the others are over. Where it fails each
/// time it is the path.
/// </summary>
internal static class UnsureCheckRetry
{
    private const int MaxAttempts = 2;

    public static async Task<CheckResult[]> RetryAsync(IEnumerable<CheckResult> findings, Func<CheckResult, Task<CheckResult>> again)
    {
        var sure = new List<CheckResult>();
        foreach (CheckResult first in findings)
        {
            CheckResult last = first;
            for (int looks = 0; last.IsUncertain && looks < MaxAttempts; looks++) last = await again(first);
            sure.Add(last);
        }

        return [.. sure];
    }
}
