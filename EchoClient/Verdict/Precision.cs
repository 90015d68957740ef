namespace EchoClient.Verdict;

/// <summary>How exact a time is: to 10 % or 50 ms, whichever is larger.</summary>
internal static class Precision
{
    /// <summary>An end that is so little earlier than what was due came with it: the kernel's own times are as coarse as its ticks.</summary>
    public static readonly TimeSpan Grain = TimeSpan.FromMilliseconds(10);

    private static readonly TimeSpan Finest = TimeSpan.FromMilliseconds(50);

    public static TimeSpan Of(TimeSpan time) => time / 10 > Finest ? time / 10 : Finest;
}
