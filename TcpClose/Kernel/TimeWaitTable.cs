using System.Globalization;

namespace TcpClose.Kernel;

/// <summary>
/// Linux: the number of connections in TIME-WAIT in this network namespace, and the maximum. Connections in FIN-WAIT-2
/// without a socket count as well. When the table is full, a connection that should enter TIME-WAIT is CLOSED instead.
/// </summary>
/// <param name="Held">The number of connections in the table.</param>
/// <param name="Max">The maximum (<c>net.ipv4.tcp_max_tw_buckets</c>).</param>
public readonly record struct TimeWaitTable(long Held, long Max)
{
    private const string Setting = "net.ipv4.tcp_max_tw_buckets";
    private const string Maximum = "/proc/sys/net/ipv4/tcp_max_tw_buckets", Statistics = "/proc/net/sockstat";

    /// <summary>
    /// Explains why a connection that should be in TIME-WAIT is not: the table is full or nearly full. Null if the
    /// table has more room, or if the system does not report it.
    /// </summary>
    public static string? WhyNoEntry() => Read()?.Explain();

    /// <summary>The explanation; null if the table is neither full nor nearly full.</summary>
    internal string? Explain() =>
        Held >= Max ? $"because the kernel's table is full: {Held} of {Max} ({Setting})"
        : Held >= Max - (Max / 20) ? $"probably because the kernel's table is nearly full: {Held} of {Max} ({Setting})"
        : null;

    /// <summary>Reads the numbers; null if the system does not report them.</summary>
    internal static TimeWaitTable? Read()
    {
        if (!OperatingSystem.IsLinux()) return null;
        try
        {
            return Parse(File.ReadAllText(Maximum), File.ReadAllLines(Statistics));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return null;
        }
    }

    // TCP: inuse 5 orphan 0 tw 3 alloc 7 mem 1
    private static TimeWaitTable? Parse(string max, IEnumerable<string> statistics)
    {
        string[] tcp = statistics.FirstOrDefault(l => l.StartsWith("TCP:", StringComparison.Ordinal))?.Split(' ') ?? [];
        int held = Array.IndexOf(tcp, "tw") + 1;
        return held > 0 && held < tcp.Length
            ? new TimeWaitTable(Number(tcp[held]), Number(max))
            : null;
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
