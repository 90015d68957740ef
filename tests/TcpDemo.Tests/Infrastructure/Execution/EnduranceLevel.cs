using System.Diagnostics;
using System.Runtime.CompilerServices;
using Xunit.Abstractions;

namespace TcpDemo.Tests.Infrastructure.Execution;

/// <summary>
/// The size of the endurance tests: bounded, or full with <c>tests/endurance.runsettings</c> (about half an hour).
/// </summary>
internal static class EnduranceLevel
{
#if DEBUG
    private const string Build = "Debug";
#else
    private const string Build = "Release";
#endif

    public static readonly bool IsFull = Environment.GetEnvironmentVariable("TCPDEMO_ENDURANCE") == "full";

    /// <summary>The time limit for an operation of thousands of connections.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>Waits until a condition that depends on thousands of connections is true.</summary>
    public static async Task TrueAsync(Func<bool> condition, Func<string> otherwise)
    {
        for (long began = Stopwatch.GetTimestamp(); !condition(); await Task.Delay(50))
            if (Stopwatch.GetElapsedTime(began) > Limit) Assert.Fail($"waited {Limit.TotalSeconds} s: {otherwise()}");
    }

    public static T Of<T>(T bounded, T full) => IsFull ? full : bounded;

    /// <summary>
    /// Writes a row of the table in <c>docs/endurance.md</c>. The last column shows the build and the load of the
    /// machine, on which the times depend.
    /// </summary>
    public static void Row(this ITestOutputHelper output, string what, string result, string figures) =>
        output.WriteLine($"| {what} | {result} | {figures} | {Build}, {ProcessMetrics.LoadAverage} |");

    /// <summary>Awaits an operation of thousands of connections, within the limit.</summary>
    public static Task<T> InTime<T>(this Task<T> task) => task.WaitAsync(Limit);

    /// <summary>Awaits an operation of thousands of connections, within the limit.</summary>
    public static Task InTime(this Task task) => task.WaitAsync(Limit);
}

/// <summary>An endurance test. It needs Linux, which reports the metrics of processes.</summary>
public sealed class EnduranceFactAttribute : FactAttribute
{
    public EnduranceFactAttribute(
        Needs needs = Needs.Linux, string? program = null, string? second = null, [CallerMemberName] string test = "")
    {
        Skip = ConditionalFactAttribute.Why(needs, "ss", "bash", program, second);
        DisplayName = ConditionalFactAttribute.Name(test, Skip);
    }
}
