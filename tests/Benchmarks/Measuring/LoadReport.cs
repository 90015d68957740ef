using System.Text.Json;
using Benchmarks.Running;
using TcpClose.Cli;

namespace Benchmarks.Measuring;

/// <summary>What Load says of one run, with <c>--json</c>.</summary>
internal sealed record LoadReport(
    long LifeCycles,
    double LifeCyclesPerSecond,
    double MessagesPerSecond,
    double GigabytesPerSecond,
    LoadReport.Latency? LatencyMicroseconds,
    IReadOnlyDictionary<string, long> Failures,
    LoadReport.ServerCost? Server)
{
    /// <summary>The load before it, which made the server warm.</summary>
    public LoadReport? WarmUp { get; init; }

    /// <summary>What was lost in both, by kind.</summary>
    public IEnumerable<KeyValuePair<string, long>> FailuresInAll =>
        WarmUp is null ? Failures : Failures.Concat(WarmUp.Failures);

    /// <summary>The life cycles of both.</summary>
    public long LifeCyclesInAll => LifeCycles + (WarmUp?.LifeCycles ?? 0);

    /// <summary>The latency of a life cycle or of a message.</summary>
    public sealed record Latency(double P50, double P99);

    /// <summary>What the run cost the server.</summary>
    public sealed record ServerCost(double CpuMicrosecondsPerLifeCycle, double CpuMicrosecondsPerMessage,
        double CpuSecondsPerGigabyte, double KiBPerConnection);

    /// <summary>Runs Load against a server.</summary>
    /// <param name="load">The program with its arguments, but for the server.</param>
    /// <param name="seconds">How long the load lasts.</param>
    /// <param name="server">The server.</param>
    /// <param name="stop">Ends it.</param>
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
            // A terminal's Ctrl+C reaches the load generator as well, and may arrive there first.
            ExitCode.Interrupted => throw new OperationCanceledException(),
            _ => throw new CommandException($"the load generator could not run: {ended.Errors}"),
        };
    }
}
