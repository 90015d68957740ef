namespace EchoClient.Verdict;

/// <summary>
/// A check that a busy machine may have spoilt is made again, now alone, when all the others are over. Where it fails each
/// time it is the path.
/// </summary>
internal static class SecondLook
{
    private const int Most = 2;

    public static async Task<Finding[]> AtAsync(IEnumerable<Finding> findings, Func<Finding, Task<Finding>> again)
    {
        var sure = new List<Finding>();
        foreach (Finding first in findings)
        {
            Finding last = first;
            for (int looks = 0; last.IsUnsure && looks < Most; looks++) last = await again(first);
            sure.Add(last);
        }

        return [.. sure];
    }
}
