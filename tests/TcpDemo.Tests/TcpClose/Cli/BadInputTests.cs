using System.Net;
using System.Net.Sockets;
using SideBySide.Running;
using SideBySide.Tools;
using TcpClose.Cli;

namespace TcpDemo.Tests.TcpClose.Cli;

/// <summary>Whatever is wrong with what was asked: one clear sentence on standard error, exit code 1, nothing on standard output.</summary>
public sealed class BadInputTests
{
    public static readonly TheoryData<string, string, string> Arguments = new()
    {
        { "EchoServer", "--port 65536", "--port \"65536\" is no port: give a number from 0 to 65535" },
        { "EchoServer", "--port -1", "--port \"-1\" is no port: give a number from 0 to 65535" },
        { "EchoServer", "--port http", "--port \"http\" is no port: give a number from 0 to 65535" },
        { "EchoServer", "--port", "Required argument missing for option: '--port'" },
        { "EchoServer", "--think -1s", "--think \"-1s\" is no duration of at most 24 hours: write 200ms, 0.5s, 2s or 1m" },
        { "EchoServer", "--think 5", "--think \"5\" is no duration of at most 24 hours: write 200ms, 0.5s, 2s or 1m" },
        { "EchoServer", "--think 999999999m", "--think \"999999999m\" is no duration of at most 24 hours: write 200ms, 0.5s, 2s or 1m" },
        { "EchoServer", "--idle-timeout 0", "--idle-timeout \"0\" is no duration above 0 and at most 24 hours: write 200ms, 0.5s, 2s or 1m" },
        { "EchoServer", "--max-connections 0", "--max-connections \"0\" is no number from 1 to 1000000" },
        { "EchoServer", "--log xml", "--log \"xml\" is unknown: give text or json" },
        { "EchoServer", "--log-level verbose", "--log-level \"verbose\" is unknown: give information or debug or warning" },
        { "EchoServer", "--prot", "Unrecognized command or argument '--prot'" },
        { "EchoClient", "--port 0", "--port \"0\" is no port: give a number from 1 to 65535" },
        { "EchoClient", "--timeout 0", "--timeout \"0\" is no duration above 0 and at most 24 hours: write 200ms, 0.5s, 2s or 1m" },
        { "EchoClient", "--local-port 70000", "--local-port \"70000\" is no port: give a number from 1 to 65535" },
        { "EchoClient", "--scenario nonsense", "--scenario \"nonsense\" is unknown: give half-close or late-data or three-segments or server-first or simultaneous or full-close or unread-data or idle or client-abort or server-abort or refused or frames or http" },
        { "EchoServer", "--http --echo-only", "--http echoes nothing: give it or --echo-only" },
        { "EchoClient", "--hold 2s", "--hold goes with --scenario late-data or server-first or simultaneous or full-close or unread-data only" },
        { "EchoClient", "--scenario frames --bytes 5", "--bytes goes with --scenario half-close or server-first only" },
        { "EchoClient", "--scenario http --message x", "--message goes with --scenario half-close or server-first or unread-data or frames only" },
        { "EchoClient", "--scenario server-first --watch-time-wait", "--watch-time-wait goes with --scenario half-close or late-data or three-segments or simultaneous or frames only" },
        { "EchoClient", "--scenario unread-data --hold 50ms", "unread-data needs a --hold of 200ms at least: before that nothing is there to be left unread" },
        { "EchoClient", "--scenario refused --buffer 5", "--buffer does not go with --scenario refused" },
        { "EchoClient", "--bytes 5 --message x", "--bytes is sent instead of the message: leave --message out" },
        { "EchoClient", "--bytes 1.5KiB", "--bytes \"1.5KiB\" is no size from 0 to 1024GiB: write 512, 64KiB or 1MiB" },
        { "EchoClient", "--buffer 0", "--buffer \"0\" is no size from 1 to 1MiB: write 512, 64KiB or 1MiB" },
        { "EchoClient", "--scenario idle --late 1KiB", "--late goes with --scenario late-data only" },
        { "EchoClient", "--scenario late-data --late 2GiB", "--late \"2GiB\" is no size from 0 to 1GiB: write 512, 64KiB or 1MiB" },
        { "EchoClient", "--scenario late-data --hold 11m", "--hold \"11m\" is no duration of at most 10m: write 200ms, 0.5s, 2s or 1m" },
        { "EchoClient", "hello", "Unrecognized command or argument 'hello'" },
        { "SideBySide", "--port x", "--port \"x\" is no port: give a number from 0 to 65535" },
    };

    [Theory]
    [MemberData(nameof(Arguments))]
    public async Task AWrongArgumentIsOneSentenceAndExitCode1(string program, string arguments, string sentence)
    {
        Programs.Result result = await Programs.RunAsync(Programs.Ours(program), arguments.Split(' '));
        Assert.Equal($"{program}: {sentence}. See --help.\n", result.Errors.Replace("\r\n", "\n", StringComparison.Ordinal));
        Assert.Equal(("", 1), (result.Output, result.ExitCode));
    }

    [Theory]
    [InlineData("EchoServer", "[default: 8888]", "[default: 200ms]", "[default: 10000]", "[default: 60s]")]
    [InlineData("EchoClient", "[default: hello service]", "[default: 10s]", "[default: 127.0.0.1]", "[default: half-close]")]
    [InlineData("SideBySide", "[default: 8888]", "--version", "--help", "Exit code")]
    public async Task HelpNamesTheDefaultLimits(string program, params string[] parts)
    {
        Programs.Result result = await Programs.RunAsync(Programs.Ours(program), ["--help"]);
        Assert.All(parts, part => Assert.Contains(part, result.Output, StringComparison.Ordinal));
        Assert.Equal(("", 0), (result.Errors, result.ExitCode));
    }

    [Fact]
    public async Task PortInUse()
    {
        using Socket taken = Pair.Listen();
        int port = Port(taken);
        await RefusesAsync("EchoServer", $"--port {port}",
            $"port {port} on 127.0.0.1 is in use: stop the program that has it, or give --port 0 to take a free one.");
    }

    [Fact]
    public async Task SideBySidePassesOnWhatKeptTheServerFromStarting()
    {
        using Socket taken = Pair.Listen();
        int port = Port(taken);
        Programs.Result result = await Programs.RunAsync(Programs.Ours("SideBySide"), ["--port", $"{port}"]);
        Assert.Equal(("", 1), (result.Output, result.ExitCode));
        Assert.StartsWith($"SideBySide: EchoServer: port {port} on 127.0.0.1 is in use", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NothingListeningNamesTheCommandThatStartsTheServer()
    {
        using var nobody = new ReservedPort();
        int port = nobody.Number;
        Programs.Result result = await Programs.RunAsync(Programs.Ours("EchoClient"), ["--port", $"{port}"]);
        Assert.Equal(1, result.ExitCode);
        Assert.Equal(
            $"EchoClient: nothing listens on 127.0.0.1:{port} (or a firewall rejects): start the server first, with dotnet run --project EchoServer -- --port {port}.",
            result.Errors.TrimEnd());
        // The refusal itself is an event: a RST answered the SYN.
        Assert.Contains("ResetReceived", result.Lines[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("EchoServer")]
    [InlineData("EchoClient")]
    public async Task AnEmptyHost(string program)
    {
        Programs.Result result = await Programs.RunAsync(Programs.Ours(program), ["--host", ""]);
        Assert.Equal($"{program}: \"\" is no host: give a name or an IP address.", result.Errors.TrimEnd());
        Assert.Equal(("", 1), (result.Output, result.ExitCode));
    }

    [Theory]
    [InlineData("8888", "is no IPv4 address: give four decimal numbers with dots, such as 127.0.0.1")]
    [InlineData("127.1", "is no IPv4 address: give four decimal numbers with dots, such as 127.0.0.1")]
    [InlineData("0x7f.0.0.1", "is no IPv4 address: give four decimal numbers with dots, such as 127.0.0.1")]
    [InlineData("010.0.0.1", "is no IPv4 address: give four decimal numbers with dots, such as 127.0.0.1")]
    [InlineData("[::1]:9", "contains a port: give the host alone, and the port with --port")]
    [InlineData("127.0.0.1:9", "contains a port: give the host alone, and the port with --port")]
    [InlineData("localhost:9", "contains a port: give the host alone, and the port with --port")]
    [InlineData("fe80::1%nosuch", "names no network interface of this machine: check the part after the %")]
    public async Task AHostThatDotNetWouldReadOtherwiseIsRefused(string host, string why)
    {
        CommandException refused = await Assert.ThrowsAsync<CommandException>(() => ResolveAsync(host));
        Assert.Equal($"\"{host}\" {why}.", refused.Message);
    }

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("0.0.0.0", "0.0.0.0")]
    [InlineData("::1", "::1")]
    [InlineData("[::1]", "::1")]
    [InlineData("::ffff:1.2.3.4", "::ffff:1.2.3.4")]
    [InlineData("fe80::1%1", "fe80::1%1")]
    public async Task AnAddressIsTakenAsItIsWritten(string host, string address) =>
        Assert.Equal(address, Assert.Single(await ResolveAsync(host)).ToString());

    [Theory]
    [InlineData("EchoServer")]
    [InlineData("EchoClient")]
    public Task APortInTheHostNamesTheOptionForIt(string program) =>
        RefusesAsync(program, "--host [::1]:9", "\"[::1]:9\" contains a port: give the host alone, and the port with --port.");

    [Theory]
    [InlineData("EchoServer")]
    [InlineData("EchoClient")]
    public Task UnknownHost(string program) =>
        RefusesAsync(program, "--host no-such-host.invalid", "the host \"no-such-host.invalid\" is unknown: check the name, or give an IP address.");

    [Fact]
    public Task AnAddressOfAnotherMachine() =>
        RefusesAsync("EchoServer", "--host 192.0.2.1",
            "192.0.2.1 is not an address of this machine: give --host 127.0.0.1, or one of its own addresses.");

    [ConditionalFact(Needs.NetworkNamespace, "nft")]
    public async Task AHostThatDoesNotAnswerIsExitCode1WithinTheTimeout()
    {
        using NetworkNamespace inside = NetworkNamespace.TryCreate()!;
        Programs.Result dropping = await Programs.ShellAsync(
            "nft add table ip t && nft add chain ip t in '{ type filter hook input priority 0; }' && nft add rule ip t in tcp dport 8888 drop", inside);
        Assert.Equal(("", 0), (dropping.Errors, dropping.ExitCode));
        Programs.Result result = await Programs.RunAsync(Programs.Ours("EchoClient"), ["--timeout", "300ms"], inside: inside);
        Assert.Equal(
            "EchoClient: 127.0.0.1:8888 has not answered within 300ms: check the address, or a firewall that drops; --timeout waits longer.",
            result.Errors.TrimEnd());
        Assert.Equal(1, result.ExitCode);
    }

    [ConditionalFact(Needs.NetworkNamespace)]
    public async Task AHostThatIsNotLoopbackIsAllowedAndWarnedAbout()
    {
        using NetworkNamespace inside = NetworkNamespace.TryCreate()!;
        Programs.Result server = await Programs.RunAsync(Programs.Ours("EchoServer"), ["--host", "0.0.0.0", "--stop-with-stdin"], inside: inside);
        Assert.Equal(0, server.ExitCode);
        Assert.Contains(server.Lines, l => l.Contains("0.0.0.0 is not loopback: other machines can reach this server", StringComparison.Ordinal));
    }

    [ConditionalFact(Needs.NetworkNamespace, "nft")]
    public async Task AFirewallThatRejectsIsNoResetAndIsNotCalledOne()
    {
        using NetworkNamespace inside = NetworkNamespace.TryCreate()!;
        await Programs.ShellAsync(
            "nft add table ip t && nft add chain ip t in '{ type filter hook input priority 0; }' && nft add rule ip t in tcp dport 8888 reject", inside);
        Programs.Result result = await Programs.RunAsync(Programs.Ours("EchoClient"), [], inside: inside);
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("EchoClient: nothing listens on 127.0.0.1:8888 (or a firewall rejects)", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("RST", result.Output, StringComparison.Ordinal);
    }

    [ConditionalFact(Needs.NetworkNamespace)]
    public async Task AClientThatMeetsItselfSaysThatNothingListens()
    {
        using NetworkNamespace inside = NetworkNamespace.TryCreate()!;
        Programs.Result result = await Programs.RunAsync(Programs.Ours("EchoClient"), ["--port", "30123", "--local-port", "30123"], inside: inside);
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("EchoClient: nothing listens on 127.0.0.1:30123", result.Errors, StringComparison.Ordinal);
    }

    [ConditionalFact(Needs.Linux, "bash")]
    public async Task TooFewDescriptorsToServeAnyoneAreSaidAtOnce()
    {
        Programs.Result result = await Programs.ShellAsync($"ulimit -n 90; exec '{Programs.Ours("EchoServer")}' --port 0");
        Assert.Equal(1, result.ExitCode);
        Assert.Matches(@"^EchoServer: only 90 file descriptors are allowed: raise the limit \(ulimit -n\) to \d+ at least\.\n$", result.Errors);
    }

    [ConditionalFact(Needs.NetworkNamespace, "setpriv")]
    public async Task NoPermissionForThePort()
    {
        using NetworkNamespace inside = NetworkNamespace.TryCreate()!;
        Programs.Result result = await Programs.RunAsync("setpriv",
            ["--bounding-set=-net_bind_service", "--inh-caps=-net_bind_service", Programs.Ours("EchoServer"), "--port", "80"], inside: inside);
        Assert.Equal("EchoServer: no permission for port 80: give a port from 1024 on, or the rights for this one.", result.Errors.TrimEnd());
        Assert.Equal(("", 1), (result.Output, result.ExitCode));
    }

    [ConditionalFact(Needs.Linux, "bash", "head")]
    public async Task AClosedStandardOutputDoesNotStopTheServer()
    {
        using System.Diagnostics.Process server = ConsoleProcess.StartProgram(Programs.Ours("EchoServer"), ["--port", "0", "--think", "0"]);
        try
        {
            string listening = (await server.StandardOutput.ReadLineAsync().WithTimeout())!;
            string port = listening[(listening.LastIndexOf(':') + 1)..];
            server.StandardOutput.Close();
            for (int i = 0; i < 3; i++)
                Assert.Equal(0, (await Programs.RunAsync(Programs.Ours("EchoClient"), ["--port", port])).ExitCode);
        }
        finally
        {
            Programs.Signal(server.Id, 15);
            await server.WaitForExitAsync().WithTimeout();
        }

        Assert.Equal(0, server.ExitCode);
    }

    private static Task<IPAddress[]> ResolveAsync(string host) => HostResolver.ResolveAsync(host, Eventually.Limit, CancellationToken.None);

    private static async Task RefusesAsync(string program, string arguments, string sentence)
    {
        Programs.Result result = await Programs.RunAsync(Programs.Ours(program), arguments.Split(' '));
        Assert.Equal($"{program}: {sentence}", result.Errors.TrimEnd());
        Assert.Equal(("", 1), (result.Output, result.ExitCode));
    }

    private static int Port(Socket listener) => ((IPEndPoint)listener.LocalEndPoint!).Port;
}
