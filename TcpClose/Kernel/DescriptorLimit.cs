using System.Runtime.InteropServices;

namespace TcpClose.Kernel;

/// <summary>
/// The process's soft limit of file descriptors (RLIMIT_NOFILE, getrlimit(2)). Linux and macOS only (untested on
/// macOS); Windows has no such limit.
/// </summary>
public static partial class DescriptorLimit
{
    private const int RlimitNofileLinux = 7, RlimitNofileMac = 8;

    /// <summary>
    /// Reads the limit; null if there is none, if it is unknown, or if it is so large that it does not matter.
    /// </summary>
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
