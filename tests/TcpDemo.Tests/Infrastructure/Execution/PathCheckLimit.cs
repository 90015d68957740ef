namespace TcpDemo.Tests.Infrastructure.Execution;

/// <summary>
/// The limit of a whole run of PathCheck, which waits for time-outs, repeats uncertain checks and searches.
/// </summary>
public static class PathCheckLimit
{
    public static Task<T> Judged<T>(this Task<T> run) => run.WaitAsync(10 * Eventually.Limit);
}
