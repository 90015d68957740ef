using System.Text.Json;
using Benchmarks.Running;
using TcpClose.Cli;

namespace Benchmarks.Measuring;

/// <summary>The report of one run of Load, from <c>--json</c>.</summary>
internal sealed record LoadReport(
    long LifeCycles,
    double LifeCyclesPerSecond,
    double MessagesPerSecond,
    double GigabytesPerSecond,
    LoadReport.Latency? LatencyMicroseconds,
    IReadOnlyDictionary<string, long> Failures,
    LoadReport.ServerCost? Server)
{
    /// <summary>The report of the warm-up; null if there was none.</summary>
    public LoadReport? WarmUp { get; init; }

    /// <summary>The failures by kind, including the warm-up.</summary>
    public IEnumerable<KeyValuePair<string, long>> FailuresInAll =>
        WarmUp is null ? Failures : Failures.Concat(WarmUp.Failures);

    /// <summary>The number of life cycles, including the warm-up.</summary>
    public long LifeCyclesInAll => LifeCycles + (WarmUp?.LifeCycles ?? 0);

    /// <summary>The latency of a life cycle or message.</summary>
    public sealed record Latency(double P50, double P99);

    /// <summary>The CPU time and memory that the run cost the server.</summary>
    public sealed record ServerCost(double CpuMicrosecondsPerLifeCycle, double CpuMicrosecondsPerMessage,
        double CpuSecondsPerGigabyte, double KiBPerConnection);

    /// <summary>
    /// Runs Load against a server. <paramref name="load"/> is the command without the options that name the server.
    /// </summary>
    public static async Task<LoadReport> RunAsync(IEnumerable<string> load, int seconds, Server server,
        CancellationToken stop)
    {
        string[] command = [.. load, "--port", $"{server.Port}", "--server-pid", $"{server.Id}", "--json"];
        Programs.Result ended = await Programs.RunAsync(command,
            TimeSpan.FromSeconds(seconds) + Programs.CommandTimeout, stop);
        return ended.ExitCode switch
        {
            ExitCode.Success or ExitCode.UnexpectedResult =>
                JsonSerializer.Deserialize<LoadReport>(ended.Output, JsonSerializerOptions.Web)!,
            // Ctrl+C on a terminal also reaches the load generator, perhaps first.
            ExitCode.Interrupted => throw new OperationCanceledException(),
            _ => throw new CommandException($"the load generator failed: {ended.Errors}"),
        };
    }
}
