using System.Runtime.InteropServices;

namespace TcpDemo.Tests.Infrastructure.Execution;

/// <summary>
/// Makes SIGINT effective again. A shell script starts a background program (<c>dotnet test &amp;</c>) with SIGINT
/// ignored, and every program that the tests start would inherit this.
/// </summary>
internal static partial class InterruptSignal
{
    private const int SigInt = 2;
    private const nint DefaultAction = 0;    // SIG_DFL

    /// <summary>Restores the default action if this process has inherited an ignored SIGINT.</summary>
    public static void Restore()
    {
        if (OperatingSystem.IsLinux() && IsIgnored()) SetAction(SigInt, DefaultAction);
    }

    // SigIgn in /proc/self/status is a mask in hexadecimal; signal 1 is bit 0.
    private static bool IsIgnored()
    {
        string mask = File.ReadLines("/proc/self/status")
            .Single(line => line.StartsWith("SigIgn:", StringComparison.Ordinal));
        return (Convert.ToUInt64(mask[7..].Trim(), 16) & (1UL << (SigInt - 1))) != 0;
    }

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint SetAction(int signal, nint action);
}
