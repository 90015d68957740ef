using System.Globalization;
using System.Runtime.InteropServices;
using Benchmarks.Candidates;
using Benchmarks.Running;

namespace Benchmarks.Measuring;

/// <summary>Describes the machine and the time.</summary>
internal static class Machine
{
    /// <summary>The machine and its software, in one line.</summary>
    public static async Task<string> DescribeAsync(CancellationToken stop)
    {
        string model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name",
            StringComparison.Ordinal))?.Split(':')[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
        string kernel = File.ReadAllText("/proc/sys/kernel/osrelease").Trim();
        string compiler = Compiler.Unavailable() is null
            ? $", cc {(await Programs.RunAsync(["cc", "-dumpfullversion"], Programs.CommandTimeout, stop)).Output} -O2"
            : "";
        return $"{model}, {Environment.ProcessorCount} cores, Linux {kernel}, .NET {Environment.Version}{compiler}";
    }

    /// <summary>Whether other programs are busy, which affects rates and latencies.</summary>
    public static bool IsBusy => LoadAverage > 0.5;

    /// <summary>The current time and the load average.</summary>
    public static string Now() => string.Create(CultureInfo.InvariantCulture,
        $"{DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC, load average {LoadAverage}");

    // The load average of the last minute.
    private static double LoadAverage =>
        double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture);
}
