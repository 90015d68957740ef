using SideBySide.Tools;

namespace TcpDemo.Tests.EchoClient.Running;

/// <summary>
/// What the kernel does not report stays unknown: the client claims neither that a connection is gone nor that a port
/// is taken.
/// </summary>
[Trait("Tier", "Long")]
public sealed class UnknownKernelStateTests
{
    // Starts a program for which socket(AF_NETLINK, ...) fails with EPERM: a seccomp filter on the number of socket(2)
    // and its first argument.
    private const string WithoutNetlink = """
        import ctypes, os, struct, sys
        socket = {"x86_64": 41, "aarch64": 198}[os.uname().machine]
        rules = [(0x20, 0, 0, 0), (0x15, 0, 3, socket), (0x20, 0, 0, 16), (0x15, 0, 1, 16),
            (0x06, 0, 0, 0x50001), (0x06, 0, 0, 0x7fff0000)]
        code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *rule) for rule in rules))
        program = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(rules), ctypes.addressof(code)))
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, ctypes.c_void_p(ctypes.addressof(program))):
            sys.exit("no seccomp")
        os.execv(sys.argv[1], sys.argv[1:])
        """;

    [ConditionalTheory(Needs.Linux, "python3")]
    [InlineData("full-close")]
    [InlineData("server-first")]
    public async Task WithNetlinkBlockedAConnectionIsNotReportedAsGone(string scenario)
    {
        await using ServerConsole server = await ServerConsole.StartAsync(null);
        Programs.Result client = await Programs.RunAsync(
            "python3",
            ["-c", WithoutNetlink, Programs.Ours("EchoClient"), "--port", $"{server.Port}", "--scenario", scenario,
                "--hold", "1s"]);
        Assert.Equal((0, ""), (client.ExitCode, client.Errors));
        Assert.EndsWith(
            "verdict: closed normally; this system does not report what the kernel still holds",
            string.Join(' ', client.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)),
            StringComparison.Ordinal);
        Assert.DoesNotContain("has released", client.Output, StringComparison.Ordinal);
    }

    [ConditionalFact(Needs.NetworkNamespace)]
    public async Task WithoutIPv6ItIsTheAddressThatIsMissingAndNotAPort()
    {
        using NetworkNamespace inside = NetworkNamespace.TryCreate()!;
        await inside.RunAsync("sh", ["-c",
            "echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6; echo 1 > /proc/sys/net/ipv6/conf/lo/disable_ipv6"]);
        Programs.Result client = await Programs.RunAsync(Programs.Ours("EchoClient"), ["--host", "::1"],
            inside: inside);
        Assert.Equal(1, client.ExitCode);
        Assert.Equal(
            "EchoClient: this machine has no local address that can reach [::1]:8888 (IPv6 may be off): give another "
                + "address.\n", client.Errors);
    }
}
