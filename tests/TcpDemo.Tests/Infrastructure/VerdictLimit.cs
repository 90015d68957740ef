namespace TcpDemo.Tests.Infrastructure;

/// <summary>The limit of a whole verdict, which waits for time-outs, looks again and searches: many waits in one.</summary>
public static class VerdictLimit
{
    public static Task<T> Judged<T>(this Task<T> verdict) => verdict.WaitAsync(10 * Eventually.Limit);
}
