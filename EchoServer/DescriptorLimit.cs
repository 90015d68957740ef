using System.Globalization;

namespace EchoServer;

/// <summary>
/// How many file descriptors the process may still open. Where none is left the .NET runtime itself fails and nothing
/// can catch it, so the server has to stop accepting in time. Unix only; Windows has no such limit.
/// </summary>
internal sealed class DescriptorLimit
{
    /// <summary>So many are kept free: for the runtime, the log, the kernel's answers.</summary>
    private const int Reserve = 32;

    // The runtime's own descriptors, about 65 of them, with room to grow.
    private const int NotConnections = 128;

    /// <summary>The process's limit (RLIMIT_NOFILE), or null where there is none to be read.</summary>
    public int? Limit { get; } = ReadLimit();

    /// <summary>Whether fewer than the reserve are left. They are counted only when that is possible at all.</summary>
    public bool IsShort(int connections) =>
        Limit is int limit && connections + NotConnections + Reserve > limit && limit - CountOpen() < Reserve;

    private static int CountOpen() => Directory.GetFileSystemEntries(OperatingSystem.IsLinux() ? "/proc/self/fd" : "/dev/fd").Length;

    // "Max open files            20000                20000                files"
    private static int? ReadLimit()
    {
        const string Label = "Max open files";
        if (!OperatingSystem.IsLinux()) return null;
        string? line = File.ReadLines("/proc/self/limits").FirstOrDefault(l => l.StartsWith(Label, StringComparison.Ordinal));
        string? soft = line?[Label.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        return int.TryParse(soft, CultureInfo.InvariantCulture, out int limit) ? limit : null;
    }
}
