using System.Diagnostics;

namespace TcpDemo.Tests.Infrastructure.Execution;

/// <summary>Waits for a condition, never for a fixed time.</summary>
public static class Eventually
{
    /// <summary>The limit of one wait: far more than a busy machine needs.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    public static Task BecomesTrueAsync(Func<bool> condition, Func<string>? otherwise = null) =>
        BecomesTrueAsync(() => Task.FromResult(condition()), otherwise);

    /// <summary>Waits until an asynchronous condition is true.</summary>
    public static async Task BecomesTrueAsync(Func<Task<bool>> condition, Func<string>? otherwise = null)
    {
        for (long began = Stopwatch.GetTimestamp(); !await condition();)
        {
            if (Stopwatch.GetElapsedTime(began) > Limit)
                Assert.Fail(
                    $"waited {Limit.TotalSeconds} s: {otherwise?.Invoke() ?? "the condition did not become true"}");
            await Task.Delay(5);
        }
    }

    /// <summary>Awaits a task, within the limit.</summary>
    public static Task<T> WithTimeout<T>(this Task<T> task) => task.WaitAsync(Limit);

    /// <summary>Awaits a task, within the limit.</summary>
    public static Task WithTimeout(this Task task) => task.WaitAsync(Limit);

    /// <summary>Awaits a socket call, within the limit.</summary>
    public static Task<T> WithTimeout<T>(this ValueTask<T> task) => task.AsTask().WaitAsync(Limit);
}
