using System.Runtime.InteropServices;

namespace EchoServer.Hosting;

/// <summary>
/// How many file descriptors the process may still open. Where none is left the .NET runtime itself fails and nothing
/// can catch it, so the server has to stop accepting in time. Unix only (on macOS untried); Windows has no such limit.
/// </summary>
internal sealed partial class FileDescriptorLimit
{
    /// <summary>So many are kept free: for the runtime, the log, the kernel's answers.</summary>
    private const int Reserve = 32;

    // The runtime's own descriptors, about 65 of them, with room to grow: below that no counting is needed.
    private const int NotConnections = 128;

    /// <summary>The process's limit (RLIMIT_NOFILE), or null where there is none that matters.</summary>
    public int? Limit { get; } = ReadLimit();

    /// <summary>The smallest limit under which the process could serve a connection now.</summary>
    public static int MinimumRequired => (CountOpen() ?? NotConnections) + Reserve + 1;

    /// <summary>Whether fewer than the reserve are left. They are counted only when that is possible at all.</summary>
    public bool IsNearLimit(int connections) =>
        Limit is int limit && connections + NotConnections + Reserve > limit && limit - (CountOpen() ?? connections + NotConnections) < Reserve;

    // Null if the folder is missing: an empty container may run without /proc.
    private static int? CountOpen()
    {
        string open = OperatingSystem.IsLinux() ? "/proc/self/fd" : "/dev/fd";
        return Directory.Exists(open) ? Directory.GetFileSystemEntries(open).Length : null;
    }

    private static int? ReadLimit()
    {
        const int RlimitNofileLinux = 7, RlimitNofileMac = 8;
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
