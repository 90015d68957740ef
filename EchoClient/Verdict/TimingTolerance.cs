namespace EchoClient.Verdict;

/// <summary>How exact a time is: to 10 % or 50 ms, whichever is larger.</summary>
internal static class TimingTolerance
{
    /// <summary>An end that is so little earlier than what was due came with it: the kernel's own times are as coarse as its ticks.</summary>
    public static readonly TimeSpan Grain = TimeSpan.FromMilliseconds(10);

    private static readonly TimeSpan Finest = TimeSpan.FromMilliseconds(50);

    public static TimeSpan Of(TimeSpan time) => time / 10 > Finest ? time / 10 : Finest;

    /// <summary>The end, where it came before what was due after the hold, and not with it.</summary>
    public static TimeSpan? Before(TimeSpan? end, TimeSpan hold) => end < hold - Grain ? end : null;

    /// <summary>
    /// What is due after the hold cannot be lost to an end that came before it, but to one that came later: then the reply or
    /// the upload was late, or this machine, or the relay. About a silence of that length it says nothing.
    /// </summary>
    public static bool IsLate(TimeSpan? end, TimeSpan hold) => end > hold + Of(hold);
}
