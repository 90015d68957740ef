using System.Globalization;
using Load.Sockets;
using TcpClose.Cli;

namespace Load.Reporting;

/// <summary>The CPU time and memory of a process.</summary>
internal sealed unsafe class ServerProcess
{
    private readonly int _id;

    /// <exception cref="CommandException">There is no such process, or it cannot be read.</exception>
    public ServerProcess(int id)
    {
        _id = id;
        if (Cpu(ClockOf(id)) is null || ResidentKiB() is null)
            throw new CommandException(
                $"process {id} does not exist or cannot be read: use the process id of the server.");
    }

    /// <summary>The CPU time of the load generator itself, in nanoseconds.</summary>
    public static long Own => Cpu(ClockOf(0)) ?? 0;

    /// <summary>The CPU time of the process so far, in nanoseconds; null if it has ended.</summary>
    public long? CpuTime() => Cpu(ClockOf(_id));

    /// <summary>
    /// The resident memory of the process; null if it has ended. The figure of smaps_rollup is exact. VmRSS may be out
    /// of date by up to 128 KiB per core.
    /// </summary>
    public long? ResidentKiB() => Line("smaps_rollup", "Rss:") ?? Line("status", "VmRSS:");

    // The CPU clock of a process, with its ended threads (clock_getcpuclockid(3)). It is more exact than
    // /proc/PID/stat, which counts in ticks of 10 ms.
    private static int ClockOf(int process) => (~process << 3) | 2;

    private static long? Cpu(int clock)
    {
        long* time = stackalloc long[2];
        return Libc.ClockGetTime(clock, time) == 0 ? (time[0] * 1_000_000_000) + time[1] : null;
    }

    private long? Line(string file, string name)
    {
        try
        {
            string? line = File.ReadLines($"/proc/{_id}/{file}")
                .FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal));
            return line is null ? null : long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal),
                CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
