using System.Runtime.InteropServices;

namespace TcpClose.Kernel;

/// <summary>
/// The process's soft limit of descriptors (RLIMIT_NOFILE, getrlimit(2)) on Linux and macOS. Untested on macOS.
/// </summary>
public static partial class DescriptorLimit
{
    private const int RlimitNofileLinux = 7, RlimitNofileMac = 8;

    /// <summary>Reads the limit; null if there is none, or if it is unknown or very large.</summary>
    public static int? Read()
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS()) return null;
        bool known = GetLimit(OperatingSystem.IsLinux() ? RlimitNofileLinux : RlimitNofileMac, out Limits limits) == 0;
        return known && limits.Soft <= int.MaxValue ? (int)limits.Soft : null;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Limits
    {
        public ulong Soft, Hard;
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, out Limits limits);
}
