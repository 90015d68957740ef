using SideBySide.Tools;
using Xunit.Abstractions;

namespace TcpDemo.Tests.Endurance;

/// <summary>
/// A million life cycles (60,000 in the bounded test) leave the server's memory, descriptors and threads as they were.
/// </summary>
[Collection(nameof(NonParallel))]
[Trait("Tier", "Long")]
public sealed class LifeCyclesTests(ITestOutputHelper output)
{
    private const int MaxGrowthKiB = 16 * 1024, WarmUp = 30_000;
    private static readonly int Parts = EnduranceLevel.Of(10, 50), Count = EnduranceLevel.Of(60_000, 1_000_000);

    [EnduranceFact(Needs.NetworkNamespace)]
    public async Task MemoryDescriptorsAndThreadsDoNotGrow()
    {
        // In a separate network namespace the many TIME-WAIT entries do not affect other programs.
        using NetworkNamespace inside = NetworkNamespace.TryCreate()!;
        await using ServerConsole server = await ServerConsole.StartAsync(inside, "--think", "0",
            "--log-level", "warning");
        // During the warm-up the garbage collector lets generation 0 grow: by 14 MiB in a Release build.
        await RunAsync(server, inside, WarmUp);
        ProcessMetrics start = ProcessMetrics.Of(server.Id);

        var metrics = new List<ProcessMetrics>();
        var rates = new List<double>();
        for (int part = 0; part < Parts; part++)
        {
            rates.Add(await RunAsync(server, inside, Count / Parts));
            await ProcessMetrics.NoConnectionAsync(server.Port, inside);
            metrics.Add(ProcessMetrics.Of(server.Id));
        }

        ProcessMetrics end = metrics[^1];
        Assert.InRange(end.Descriptors, 1, start.Descriptors + 8);
        Assert.InRange(end.Threads, 1, start.Threads + 8);

        // Growth that a later collection undoes does not matter.
        Assert.InRange(metrics.Skip(Parts / 2).Min(s => s.ResidentKiB), 0, start.ResidentKiB + MaxGrowthKiB);
        output.Row(
            $"{Count:N0} life cycles",
            $"none lost; {rates.Order().ElementAt(Parts / 2):N0} a second",
            $"start {start}; end {end}; the maximum in between {metrics.Max(s => s.ResidentKiB) / 1024.0:0.0} MiB; no "
                + "connection left");
        Assert.Empty((await server.StopAsync()).Events);
    }

    // Returns the number of life cycles per second.
    private static async Task<double> RunAsync(ServerConsole server, NetworkNamespace inside, int count)
    {
        LoadProgram.Result run = await LoadProgram.RunAsync(server.Port,
            $"--count {count} --connections 64 --source-addresses 32", inside);
        Assert.Equal((0, "", ""), (run.ExitCode, run.Errors, run.Failures));
        Assert.Equal(count, run.LifeCycles);
        return run.Report.GetProperty("lifeCyclesPerSecond").GetDouble();
    }
}
