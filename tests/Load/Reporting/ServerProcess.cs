using System.Globalization;
using Load.Sockets;
using TcpClose.Cli;

namespace Load.Reporting;

/// <summary>What a process costs: its CPU time and its memory, as the kernel counts them.</summary>
internal sealed unsafe class ServerProcess
{
    private readonly int _id;

    /// <exception cref="CommandException">There is no such process.</exception>
    public ServerProcess(int id)
    {
        _id = id;
        if (Cpu(ClockOf(id)) is null || ResidentKiB() is null)
            throw new CommandException($"no process {id} can be looked at: give the server's own process id.");
    }

    /// <summary>The CPU time of this process, in nanoseconds.</summary>
    public static long Own => Cpu(ClockOf(0)) ?? 0;

    /// <summary>Its CPU time so far, in nanoseconds; null when it has ended.</summary>
    public long? CpuTime() => Cpu(ClockOf(_id));

    /// <summary>Its resident memory; null when it has ended.</summary>
    /// <remarks>
    /// The short figure (VmRSS) is up to 128 KiB a core behind: a counter each core keeps for itself for a while.
    /// </remarks>
    public long? ResidentKiB() => Line("smaps_rollup", "Rss:") ?? Line("status", "VmRSS:");

    // The clock of all threads of a process, those that have ended too: /proc/PID/stat counts in ticks of 10 ms, and
    // the threads' own counts (task/*/schedstat) go with the thread. clock_getcpuclockid(3) makes the number like this.
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
