using System.Diagnostics;
using Load.Reporting;
using SideBySide.Running;
using SideBySide.Timeline;

namespace TcpDemo.Tests.Load;

/// <summary>The load generator measures percentiles, CPU time and memory correctly.</summary>
[Trait("Tier", "Long")]
public sealed class LoadFiguresTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 100)]
    [InlineData(3, 1_000)]
    [InlineData(4, 123_456)]
    [InlineData(5, 10_000)]
    public void APercentileExceedsTheExactValueByAtMostOnePercent(int seed, int count)
    {
        var random = new Random(seed);
        var histogram = new Histogram();
        // From 1 ns to 72 s, with each order of magnitude equally likely.
        long[] times = [.. Enumerable.Range(0, count).Select(_ => (long)Math.Exp(random.NextDouble() * 25))];
        foreach (long time in times) histogram.Add(time);
        Array.Sort(times);
        Assert.Equal((count, times[^1]), (histogram.Count, histogram.Max));
        foreach (double part in (double[])[0.001, 0.5, 0.99, 0.999, 1])
        {
            long right = times[Math.Max(0, (int)Math.Ceiling(part * count) - 1)];
            Assert.InRange(histogram.Percentile(part), right, right + (right / 100));
        }
    }

    [Fact]
    public void SmallTimesAreExactAndWithoutTimesAPercentileIsZero()
    {
        var histogram = new Histogram();
        Assert.Equal(0, histogram.Percentile(0.5));
        for (int time = 0; time < 256; time++) histogram.Add(time);
        for (int time = 0; time < 256; time++) Assert.Equal(time, histogram.Percentile((time + 1) / 256.0));
        histogram.Add(long.MaxValue);
        Assert.Equal(long.MaxValue, histogram.Percentile(1));
    }

    [ConditionalFact]
    public async Task TheCpuTimeOfAProcessIncludesThreadsThatHaveEnded()
    {
        var process = new ServerProcess(Environment.ProcessId);
        long before = process.CpuTime()!.Value, ownBefore = ServerProcess.Own;
        var work = new Thread(() =>
        {
            for (long began = ServerProcess.Own; ServerProcess.Own - began < 300_000_000;) { }
        });
        work.Start();
        await Task.Run(work.Join).WithTimeout();
        Assert.InRange(process.CpuTime()!.Value - before, 300_000_000, 20_000_000_000);
        Assert.InRange(ServerProcess.Own - ownBefore, 300_000_000, 20_000_000_000);
        // For comparison: the .NET runtime reads the CPU time of this process with getrusage.
        TimeSpan runtimes = Environment.CpuUsage.TotalTime;
        Assert.InRange(process.CpuTime()!.Value, runtimes.TotalNanoseconds - 20e6, runtimes.TotalNanoseconds + 2e9);
    }

    // The test measures the program tail, which keeps what it reads until its input ends. In the process of the tests,
    // other tests could free memory meanwhile.
    [ConditionalFact(Needs.Linux, "tail")]
    public async Task ResidentMemoryGrowsByWhatIsAllocated()
    {
        const int Megabytes = 256, Tolerance = 64;
        using Process tail = Process.Start(new ProcessStartInfo("tail", ["-c", $"{Megabytes << 20}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        try
        {
            var process = new ServerProcess(tail.Id);
            long before = process.ResidentKiB()!.Value;
            await tail.StandardInput.BaseStream.WriteAsync(new byte[Megabytes << 20]).AsTask().WithTimeout();
            await Eventually.BecomesTrueAsync(() => process.ResidentKiB() - before is var grown
                && grown >= (Megabytes - Tolerance) << 10 && grown <= (Megabytes + Tolerance) << 10);
        }
        finally
        {
            tail.Kill();
        }
    }

    [ConditionalFact]
    public async Task TheServersCostIsDividedByTheNumberOfLifeCycles()
    {
        await using ServerConsole server = await ServerConsole.StartAsync(null, "--think", "0",
            "--log-level", "warning");
        using var process = Process.GetProcessById(server.Id);
        TimeSpan before = process.TotalProcessorTime;
        Infrastructure.Consoles.LoadProgram.Result load = await Infrastructure.Consoles.LoadProgram.RunAsync(
            server.Port, $"--count 3000 --server-pid {server.Id}");
        process.Refresh();
        Assert.Equal((0, 3000), (load.ExitCode, load.LifeCycles));
        System.Text.Json.JsonElement cost = load.Report.GetProperty("server");
        double seconds = cost.GetProperty("cpuSeconds").GetDouble();
        // The class Process returns times in ticks of 10 ms.
        Assert.InRange(seconds, 0.02, (process.TotalProcessorTime - before).TotalSeconds + 0.02);
        Assert.Equal(seconds * 1e6 / 3000, cost.GetProperty("cpuMicrosecondsPerLifeCycle").GetDouble(), 3);
        Assert.True(cost.GetProperty("residentKiB").GetInt64() > 10_000);
        Assert.False(cost.TryGetProperty("cpuMicrosecondsPerMessage", out _));
        Assert.InRange(load.Report.GetProperty("client").GetProperty("cpuSeconds").GetDouble(), 0.01, 60);
    }

    [ConditionalFact]
    public async Task AServerThatEndsDuringTheRunHasNoCostInTheReport()
    {
        await using ServerConsole server = await ServerConsole.StartAsync(null, "--think", "0");
        using Process load = ConsoleProcess.StartProgram(Programs.Ours("Load"),
            ["--port", $"{server.Port}", "--connections", "2", "--mode", "throughput", "--duration", "60s",
                "--server-pid", $"{server.Id}"]);
        try
        {
            await Eventually.BecomesTrueAsync(() =>
                server.Events.Count(e => e.Get<string>("Phase") == "Received") == 2);
            // The CPU time of an ended process can be read until the parent has waited for it. Pause the load generator
            // until then.
            Programs.Signal(load.Id, 19);
            Programs.Signal(server.Id, 9);
            await Eventually.BecomesTrueAsync(() => !Directory.Exists($"/proc/{server.Id}"));
            Programs.Signal(load.Id, 18);
            await load.WaitForExitAsync().WithTimeout();
            string[] report = (await load.StandardOutput.ReadToEndAsync().WithTimeout()).Split('\n');
            Assert.Contains("server CPU    unknown: the process has ended", report);
            Assert.Equal(2, load.ExitCode);
        }
        finally
        {
            if (!load.HasExited) load.Kill();
        }
    }
}
