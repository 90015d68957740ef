using SideBySide;

namespace TcpDemo.Tests.Witness;

/// <summary>What a machine must have for some tests. Where it is missing the test is skipped, and says why.</summary>
[Flags]
public enum Needs
{
    Linux = 1,
    KernelTrace = 2,
    PacketCapture = 4,
    NetworkNamespace = 8,
    IPv6 = 16,
}

/// <summary>A test that needs something of the machine, or programs that this project did not write.</summary>
public sealed class NeedsFactAttribute : FactAttribute
{
    private static readonly Lazy<bool> Namespaces = new(() =>
    {
        using NetworkNamespace? made = NetworkNamespace.TryCreate();
        return made is not null;
    });

    public NeedsFactAttribute(Needs needs = Needs.Linux, params string[] programs)
    {
        Timeout = Until.TestLimit;
        Skip = Why(needs, programs);
    }

    internal static string? Why(Needs needs, string[] programs) =>
        Why(needs) ?? programs.Where(p => !Tool.IsInstalled(p)).Select(p => $"needs the program {p}").FirstOrDefault();

    private static string? Why(Needs needs) => true switch
    {
        _ when !OperatingSystem.IsLinux() => "needs Linux",
        _ when needs.HasFlag(Needs.KernelTrace) && KernelTrace.Unavailable() is { } reason => reason,
        _ when needs.HasFlag(Needs.PacketCapture) && PacketCapture.Unavailable(inside: needs.HasFlag(Needs.NetworkNamespace)) is { } reason => reason,
        _ when needs.HasFlag(Needs.IPv6) && !System.Net.Sockets.Socket.OSSupportsIPv6 => "needs IPv6",
        _ when needs.HasFlag(Needs.NetworkNamespace) && !Namespaces.Value => "needs a network namespace: run with sudo",
        _ => null,
    };
}

/// <summary>The same for a test that is run with several sets of data.</summary>
public sealed class NeedsTheoryAttribute : TheoryAttribute
{
    public NeedsTheoryAttribute(Needs needs = Needs.Linux, params string[] programs)
    {
        Timeout = Until.TestLimit;
        Skip = NeedsFactAttribute.Why(needs, programs);
    }
}
