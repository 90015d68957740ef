using Serilog.Events;
using SideBySide.Timeline;
using SideBySide.Tools;

namespace TcpDemo.Tests.EchoClient.Running;

/// <summary>If the kernel does not report a state, the client does not guess it.</summary>
[Trait("Tier", "Long")]
public sealed class UnknownKernelStateTests
{
    // Starts a program with a seccomp filter, so that one system call fails with EPERM: socket(AF_NETLINK, ...),
    // sendto() of a query's 72 bytes, or getsockopt(..., TCP_INFO, ...).
    private const string Without = """
        import ctypes, os, struct, sys
        call, offset, value = {
            "netlink": ({"x86_64": 41, "aarch64": 198}, 16, 16),
            "query": ({"x86_64": 44, "aarch64": 206}, 32, 72),
            "tcp_info": ({"x86_64": 55, "aarch64": 209}, 32, 11),
        }[sys.argv.pop(1)]
        rules = [(0x20, 0, 0, 0), (0x15, 0, 3, call[os.uname().machine]), (0x20, 0, 0, offset), (0x15, 0, 1, value),
            (0x06, 0, 0, 0x50001), (0x06, 0, 0, 0x7fff0000)]
        code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *rule) for rule in rules))
        program = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(rules), ctypes.addressof(code)))
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, ctypes.c_void_p(ctypes.addressof(program))):
            sys.exit("no seccomp")
        os.execv(sys.argv[1], sys.argv[1:])
        """;

    [ConditionalTheory(Needs.Linux, "python3")]
    [InlineData("netlink", "full-close")]
    [InlineData("netlink", "server-first")]
    [InlineData("netlink", "simultaneous")]
    [InlineData("query", "full-close")]
    public async Task WithNetlinkBlockedAConnectionIsNotReportedAsGone(string blocked, string scenario)
    {
        await using ServerConsole server = await ServerConsole.StartAsync(null);
        Programs.Result client =
            await RunWithoutAsync(blocked, "--port", $"{server.Port}", "--scenario", scenario, "--hold", "1s");
        Assert.EndsWith(
            "result: closed normally; this system does not report what the kernel still holds",
            string.Join(' ', client.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)),
            StringComparison.Ordinal);
        Assert.DoesNotContain("has released", client.Output, StringComparison.Ordinal);
    }

    [ConditionalTheory(Needs.Linux, "python3")]
    [InlineData("half-close", "this system does not report TIME-WAIT")]
    [InlineData("simultaneous", "this system does not report whose FIN was first")]
    public async Task WithNetlinkBlockedNothingIsClaimedAboutTimeWait(string scenario, string note)
    {
        await using ServerConsole server = await ServerConsole.StartAsync(null);
        Programs.Result client =
            await RunWithoutAsync("netlink", "--port", $"{server.Port}", "--scenario", scenario, "--log", "json");
        LogEvent[] events = [.. client.Lines.Select(JsonEventParser.Parse).OfType<LogEvent>()];
        Assert.Contains(note, events.Select(e => e.Get<string>("Sentence")));
        Assert.DoesNotContain("TimeWait", events.Select(e => e.Get<string>("Phase")));
    }

    [ConditionalFact(Needs.Linux, "python3")]
    public async Task WithTcpInfoBlockedItIsUnknownHowManyBytesCameAfterOurFin()
    {
        await using ServerConsole server = await ServerConsole.StartAsync(null);
        Programs.Result client = await RunWithoutAsync("tcp_info", "--port", $"{server.Port}", "--log", "json");
        LogEvent[] events = [.. client.Lines.Select(JsonEventParser.Parse).OfType<LogEvent>()];
        Assert.Equal("closed normally: 13 of 13 bytes", events[^1].Get<string>("Sentence"));
        Assert.Equal(13, events[^1].Get<long>("BytesSent"));
        Assert.Null(events[^1].Get<long?>("BytesAfterFin"));
        Assert.Null(events.Single(e => e.Get<string>("Phase") == "FinQueued").Get<string>("State"));
    }

    [ConditionalFact(Needs.NetworkNamespace)]
    public async Task WithoutIPv6TheErrorNamesTheAddressAndNotAPort()
    {
        using NetworkNamespace inside = NetworkNamespace.TryCreate()!;
        await inside.RunAsync("sh", ["-c",
            "echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6; echo 1 > /proc/sys/net/ipv6/conf/lo/disable_ipv6"]);
        Programs.Result client = await Programs.RunAsync(Programs.Ours("EchoClient"), ["--host", "::1"],
            inside: inside);
        Assert.Equal(1, client.ExitCode);
        Assert.Equal(
            "EchoClient: this machine has no local address that can reach [::1]:8888 (IPv6 may be disabled): use "
                + "another address.\n", client.Errors);
    }

    // Runs the client with one system call blocked.
    private static async Task<Programs.Result> RunWithoutAsync(string what, params string[] arguments)
    {
        Programs.Result client = await Programs.RunAsync(
            "python3", ["-c", Without, what, Programs.Ours("EchoClient"), .. arguments]);
        Assert.Equal((0, ""), (client.ExitCode, client.Errors));
        return client;
    }
}
