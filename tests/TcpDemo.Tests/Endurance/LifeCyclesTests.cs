using SideBySide.Tools;
using Xunit.Abstractions;

namespace TcpDemo.Tests.Endurance;

/// <summary>
/// A million life cycles leave the server as it was: its memory, its descriptors, its threads, and no connection.
/// </summary>
[Collection(nameof(NonParallel))]
[Trait("Tier", "Long")]
public sealed class LifeCyclesTests(ITestOutputHelper output)
{
    private const int MaxGrowthKiB = 16 * 1024, WarmUp = 30_000;
    private static readonly int Parts = EnduranceLevel.Of(10, 50), Count = EnduranceLevel.Of(60_000, 1_000_000);

    [EnduranceFact(Needs.NetworkNamespace)]
    public async Task MemoryDescriptorsAndThreadsAtTheEndAreThoseAtTheStart()
    {
        // In a network of its own, so that a million of TIME-WAITs disturb no other program.
        using NetworkNamespace inside = NetworkNamespace.TryCreate()!;
        await using ServerConsole server = await ServerConsole.StartAsync(inside, "--think", "0",
            "--log-level", "warning");
        // Until then the collector lets its first generation grow, in a Release build by 14 MiB: it stays there.
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

        // Not only at the end: a growth that a collection hides is none.
        ProcessMetrics end = metrics[^1];
        Assert.InRange(end.Descriptors, 1, start.Descriptors + 8);
        Assert.InRange(end.Threads, 1, start.Threads + 8);
        Assert.InRange(metrics.Skip(Parts / 2).Min(s => s.ResidentKiB), 0, start.ResidentKiB + MaxGrowthKiB);
        output.Row(
            $"{Count:N0} life cycles",
            $"none lost; {rates.Order().ElementAt(Parts / 2):N0} a second",
            $"start {start}; end {end}; the most between {metrics.Max(s => s.ResidentKiB) / 1024.0:0.0} MiB; no "
                + "connection left");
        Assert.Empty((await server.StopAsync()).Events);
    }

    // How many a second.
    private static async Task<double> RunAsync(ServerConsole server, NetworkNamespace inside, int count)
    {
        LoadProgram.Result run = await LoadProgram.RunAsync(server.Port,
            $"--count {count} --connections 64 --source-addresses 32", inside);
        Assert.Equal((0, "", ""), (run.ExitCode, run.Errors, run.Failures));
        Assert.Equal(count, run.LifeCycles);
        return run.Report.GetProperty("lifeCyclesPerSecond").GetDouble();
    }
}
