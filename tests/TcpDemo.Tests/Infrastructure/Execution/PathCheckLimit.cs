namespace TcpDemo.Tests.Infrastructure.Execution;

/// <summary>
/// The time limit of a complete run of PathCheck, which waits for time-outs and repeats uncertain checks.
/// </summary>
public static class PathCheckLimit
{
    public static Task<T> Judged<T>(this Task<T> run) => run.WaitAsync(10 * Eventually.Limit);
}
