using System.Runtime.InteropServices;

namespace TcpDemo.Tests.Infrastructure.Execution;

/// <summary>
/// SIGINT. A shell starts a program in the background (<c>dotnet test &amp;</c>) with SIGINT ignored; every program
/// that the tests start inherits that, and none of them could be interrupted.
/// </summary>
internal static partial class InterruptSignal
{
    private const int SigInt = 2;
    private const nint DefaultAction = 0;    // SIG_DFL

    /// <summary>Lets the programs that this process starts be interrupted, whatever it has inherited.</summary>
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
