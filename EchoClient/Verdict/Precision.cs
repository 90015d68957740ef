namespace EchoClient.Verdict;

/// <summary>How exact a time is: to 10 % or 50 ms, whichever is larger.</summary>
internal static class Precision
{
    private static readonly TimeSpan Finest = TimeSpan.FromMilliseconds(50);

    public static TimeSpan Of(TimeSpan time) => time / 10 > Finest ? time / 10 : Finest;
}
