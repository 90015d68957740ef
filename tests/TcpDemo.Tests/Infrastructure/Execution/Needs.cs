using System.Diagnostics;
using System.Runtime.CompilerServices;
using SideBySide.Tools;
using SideBySide.Tracing;

namespace TcpDemo.Tests.Infrastructure.Execution;

/// <summary>What a test requires of the machine.</summary>
[Flags]
public enum Needs
{
    Linux = 1,
    KernelTrace = 2,
    PacketCapture = 4,
    NetworkNamespace = 8,
    IPv6 = 16,
    NativeCompiler = 32,
    UserNamespace = 64,
}

/// <summary>
/// A test that needs third-party programs, or a feature of the machine. If one is missing, the test is skipped, and its
/// name in the results gives the reason.
/// </summary>
public sealed class ConditionalFactAttribute : FactAttribute
{
    // Build as an ordinary user, so that root owns none of the build output.
    private const string AsRoot = "run as root, for instance sudo \"$(command -v dotnet)\" test --no-build";

    private static readonly Lazy<bool> Namespaces = new(() =>
    {
        using NetworkNamespace? made = NetworkNamespace.TryCreate();
        return made is not null;
    });

    private static readonly Lazy<bool> UserNamespaces = new(() =>
    {
        using Process run = Process.Start("sh", ["-c", $"{AsOrdinaryUser} unshare -rn true 2>/dev/null"]);
        run.WaitForExit();
        return run.ExitCode == 0;
    });

    /// <summary>The prefix that runs a command as an ordinary user; empty if the tests run as one.</summary>
    internal static string AsOrdinaryUser =>
        Environment.IsPrivilegedProcess ? "setpriv --reuid=65534 --regid=65534 --clear-groups" : "";

    public ConditionalFactAttribute(
        Needs needs = Needs.Linux, string? program = null, string? second = null, string? third = null,
        string? fourth = null,
        [CallerMemberName] string test = "")
    {
        Skip = Why(needs, program, second, third, fourth);
        DisplayName = Name(test, Skip);
    }

    /// <summary>Why a test cannot run here, with the remedy; null if it can.</summary>
    internal static string? Why(Needs needs, params string?[] programs) =>
        Why(needs) ?? programs.OfType<string>().Where(p => !ExternalTool.IsInstalled(p))
            .Select(p => $"needs the program {p}: install it{PackageOf(p)}").FirstOrDefault();

    /// <summary>The name of a skipped test in the results; null for xunit's own name.</summary>
    internal static string? Name(string test, string? skip) => skip is null ? null : $"{test}: {skip}";

    private static string PackageOf(string program) => program switch
    {
        "nft" => " (Debian: apt install nftables)",
        "ss" or "ip" or "tc" => " (Debian: apt install iproute2)",
        "script" => " (Debian: apt install bsdutils)",
        "ldd" => " (Debian: apt install libc-bin)",
        "setpriv" or "setsid" or "unshare" => " (Debian: apt install util-linux)",
        "kill" => " (Debian: apt install procps)",
        "nc" => " (Debian: apt install netcat-openbsd)",
        "cc" => " (Debian: apt install gcc)",
        "timeout" or "head" => " (Debian: apt install coreutils)",
        _ => $" (Debian: apt install {program})",
    };

    private static string? Why(Needs needs) => true switch
    {
        _ when !OperatingSystem.IsLinux() => "needs Linux",
        _ when needs.HasFlag(Needs.KernelTrace) && KernelTrace.Unavailable(AsRoot) is { } reason => reason,
        // Wireshark's programs may be installed without the right to capture.
        _ when needs.HasFlag(Needs.PacketCapture) && !needs.HasFlag(Needs.NetworkNamespace)
            && !PacketCapture.IsAllowed => "the packet capture on the machine's own loopback needs root: " + AsRoot,
        _ when needs.HasFlag(Needs.PacketCapture)
            && PacketCapture.Unavailable(needs.HasFlag(Needs.NetworkNamespace), AsRoot) is { } reason => reason,
        _ when needs.HasFlag(Needs.IPv6) && !System.Net.Sockets.Socket.OSSupportsIPv6 => "needs IPv6",
        _ when needs.HasFlag(Needs.NetworkNamespace) && !Namespaces.Value =>
            "needs a network namespace: " + AsRoot,
        _ when needs.HasFlag(Needs.UserNamespace) && !UserNamespaces.Value =>
            "needs a system that allows user namespaces to ordinary users",
        _ when needs.HasFlag(Needs.NativeCompiler) && !ExternalTool.IsInstalled("clang")
            && !ExternalTool.IsInstalled("gcc") => "needs a C compiler: install clang or gcc",
        _ => null,
    };
}

/// <summary>The same for a theory.</summary>
public sealed class ConditionalTheoryAttribute : TheoryAttribute
{
    public ConditionalTheoryAttribute(
        Needs needs = Needs.Linux, string? program = null, string? second = null, string? third = null,
        string? fourth = null,
        [CallerMemberName] string test = "")
    {
        Skip = ConditionalFactAttribute.Why(needs, program, second, third, fourth);
        DisplayName = ConditionalFactAttribute.Name(test, Skip);
    }
}
