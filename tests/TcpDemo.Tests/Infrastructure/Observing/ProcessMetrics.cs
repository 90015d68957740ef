using System.Diagnostics;
using System.Globalization;
using SideBySide.Tools;

namespace TcpDemo.Tests.Infrastructure.Observing;

/// <summary>What a process uses at a moment, as Linux counts it.</summary>
public sealed record ProcessMetrics(int Descriptors, long ResidentKiB, int Threads, TimeSpan Cpu)
{
    public static ProcessMetrics Of(int processId)
    {
        using var process = Process.GetProcessById(processId);
        return new ProcessMetrics(
            Directory.GetFileSystemEntries($"/proc/{processId}/fd").Length,
            process.WorkingSet64 / 1024,
            process.Threads.Count,
            process.TotalProcessorTime);
    }

    /// <summary>The processor time so far of its threads that live, by their name.</summary>
    public static IReadOnlyDictionary<string, TimeSpan> CpuByThread(int processId)
    {
        // /proc/PID/task/TID/schedstat: nanoseconds on a core, nanoseconds in the queue, turns.
        var threads = new List<(string Name, TimeSpan Cpu)>();
        foreach (string folder in Directory.GetDirectories($"/proc/{processId}/task"))
        {
            try
            {
                long onCore = long.Parse(File.ReadAllText(Path.Combine(folder, "schedstat")).Split(' ')[0],
                    CultureInfo.InvariantCulture);
                threads.Add((File.ReadAllText(Path.Combine(folder, "comm")).Trim(),
                    TimeSpan.FromMicroseconds(onCore / 1000)));
            }
            catch (IOException)
            {
                // It has ended meanwhile.
            }
        }

        return threads.GroupBy(t => t.Name).ToDictionary(g => g.Key, g => TimeSpan.FromTicks(g.Sum(t => t.Cpu.Ticks)));
    }

    /// <summary>
    /// The connections of a port that the kernel still holds, at either end, by their state in <c>ss</c>'s words.
    /// TIME-WAIT is none.
    /// </summary>
    public static async Task<IReadOnlyDictionary<string, int>> ConnectionsAsync(int port,
        NetworkNamespace? inside = null) =>
        (await RowsAsync(port, inside)).CountBy(r => r[0]).ToDictionary();

    /// <summary>
    /// The same, each as <c>ss</c> shows it: state, unread bytes, unacknowledged bytes, local end, remote end.
    /// </summary>
    public static async Task<IReadOnlyList<string[]>> RowsAsync(int port, NetworkNamespace? inside = null)
    {
        // By the address, too: on another one the same port may be anybody's.
        string rows = await ExternalTool.RunAsync("ss",
            ["-Htn", "state", "connected", "exclude", "time-wait", $"( src 127.0.0.1:{port} or dst 127.0.0.1:{port} )"],
            inside: inside);
        return [.. rows.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(r => r.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
    }

    /// <summary>
    /// Waits until the kernel holds no connection of a port any more: nothing is left in CLOSE-WAIT or FIN-WAIT-2.
    /// </summary>
    public static Task NoConnectionAsync(int port, NetworkNamespace? inside = null)
    {
        IReadOnlyDictionary<string, int> left = new Dictionary<string, int>();
        return Eventually.BecomesTrueAsync(async () => (left = await ConnectionsAsync(port, inside)).Count == 0,
            () => $"left: {string.Join(", ", left)}");
    }

    /// <summary>
    /// How busy the machine is with everything: a figure that was measured here says little without it.
    /// </summary>
    public static string LoadAverage => File.ReadAllText("/proc/loadavg").Split(' ')[0];

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture,
            $"{Descriptors} descriptors, {ResidentKiB / 1024.0:0.0} MiB, {Threads} threads");
}
