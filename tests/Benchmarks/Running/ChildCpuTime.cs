using System.Runtime.InteropServices;

namespace Benchmarks.Running;

/// <summary>The processor time of all ended child processes.</summary>
internal static partial class ChildCpuTime
{
    private const int OfChildren = -1;

    /// <summary>The sum of user and system time.</summary>
    public static TimeSpan Now()
    {
        // On 64-bit Linux struct rusage has 18 words and begins with two times of two words each.
        Span<long> usage = stackalloc long[18];
        _ = GetUsage(OfChildren, usage);
        return TimeSpan.FromSeconds(usage[0] + usage[2]) + TimeSpan.FromMicroseconds(usage[1] + usage[3]);
    }

    [LibraryImport("libc", EntryPoint = "getrusage")]
    private static partial int GetUsage(int who, Span<long> usage);
}
