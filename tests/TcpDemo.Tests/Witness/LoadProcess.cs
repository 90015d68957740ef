using System.Diagnostics;
using System.Text.Json;
using SideBySide;

namespace TcpDemo.Tests.Witness;

/// <summary>What <c>tests/Load</c> reports of a run that must be a good one: every byte came back, every close was whole.</summary>
public sealed record LoadProcess(JsonElement Report)
{
    public long LifeCycles => Report.GetProperty("lifeCycles").GetInt64();

    public double PerSecond => Report.GetProperty("lifeCyclesPerSecond").GetDouble();

    /// <summary>The time that 99 of 100 life cycles do not exceed, in microseconds.</summary>
    public double P99 => Report.GetProperty("latencyMicroseconds").GetProperty("p99").GetDouble();

    /// <summary>Runs it to its end.</summary>
    public static async Task<LoadProcess> RunAsync(int port, NetworkNamespace? inside, TimeSpan limit, params string[] arguments)
    {
        using Process load = ConsoleProcess.StartProgram(Programs.Ours("Load"), ["--port", $"{port}", "--json", .. arguments], inside);
        try
        {
            Task<string> output = load.StandardOutput.ReadToEndAsync(), errors = load.StandardError.ReadToEndAsync();
            await load.WaitForExitAsync().WaitAsync(limit);
            Assert.Equal(("", 0), (await errors.Soon(), load.ExitCode));
            return new LoadProcess(JsonDocument.Parse(await output.Soon()).RootElement);
        }
        finally
        {
            if (!load.HasExited) load.Kill();
        }
    }
}
