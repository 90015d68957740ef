using System.Diagnostics;
using System.Globalization;
using SideBySide.Tools;

namespace TcpDemo.Tests.Infrastructure.Observing;

/// <summary>The resources that a process uses, as Linux reports them.</summary>
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

    /// <summary>The processor time of the live threads, by thread name.</summary>
    public static IReadOnlyDictionary<string, TimeSpan> CpuByThread(int processId)
    {
        // /proc/PID/task/TID/schedstat: nanoseconds on a core, nanoseconds in the run queue, number of time slices.
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
                // The thread has ended.
            }
        }

        return threads.GroupBy(t => t.Name).ToDictionary(g => g.Key, g => TimeSpan.FromTicks(g.Sum(t => t.Cpu.Ticks)));
    }

    /// <summary>
    /// The number of sockets with this port at either end, except in TIME-WAIT, by their state as <c>ss</c> spells it.
    /// </summary>
    public static async Task<IReadOnlyDictionary<string, int>> ConnectionsAsync(int port,
        NetworkNamespace? inside = null) =>
        (await RowsAsync(port, inside)).CountBy(r => r[0]).ToDictionary();

    /// <summary>
    /// The sockets that <see cref="ConnectionsAsync"/> counts: state, unread bytes, unacknowledged bytes, local end,
    /// remote end.
    /// </summary>
    public static async Task<IReadOnlyList<string[]>> RowsAsync(int port, NetworkNamespace? inside = null)
    {
        // Another program may use the same port on another address.
        string rows = await ExternalTool.RunAsync("ss",
            ["-Htn", "state", "connected", "exclude", "time-wait", $"( src 127.0.0.1:{port} or dst 127.0.0.1:{port} )"],
            inside: inside);
        return [.. rows.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(r => r.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
    }

    /// <summary>Waits until a port has no connection, except in TIME-WAIT.</summary>
    public static Task NoConnectionAsync(int port, NetworkNamespace? inside = null)
    {
        IReadOnlyDictionary<string, int> left = new Dictionary<string, int>();
        return Eventually.BecomesTrueAsync(async () => (left = await ConnectionsAsync(port, inside)).Count == 0,
            () => $"left: {string.Join(", ", left)}");
    }

    /// <summary>The load average of the last minute.</summary>
    public static string LoadAverage => File.ReadAllText("/proc/loadavg").Split(' ')[0];

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture,
            $"{Descriptors} descriptors, {ResidentKiB / 1024.0:0.0} MiB, {Threads} threads");
}
