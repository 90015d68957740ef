using System.Runtime.InteropServices;

namespace Benchmarks.Running;

/// <summary>The processor time of all programs that this one has run to their end.</summary>
internal static partial class ChildCpuTime
{
    private const int OfChildren = -1;

    /// <summary>User and system time together.</summary>
    public static TimeSpan Now()
    {
        // Two times of two words each come first in struct rusage, which has 18 words on a 64-bit Linux.
        Span<long> usage = stackalloc long[18];
        _ = GetUsage(OfChildren, usage);
        return TimeSpan.FromSeconds(usage[0] + usage[2]) + TimeSpan.FromMicroseconds(usage[1] + usage[3]);
    }

    [LibraryImport("libc", EntryPoint = "getrusage")]
    private static partial int GetUsage(int who, Span<long> usage);
}
