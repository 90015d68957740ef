using System.Net;
using TcpClose.Cli;

namespace TcpDemo.Tests.TcpClose.Cli;

/// <summary>A wrong argument is reported in one sentence on standard error, with exit code 1.</summary>
public sealed class WrongArgumentTests
{
    public static readonly TheoryData<string, string, string> Arguments = new()
    {
        { "EchoServer", "--port 65536", "--port \"65536\" is not a port: use a number from 0 to 65535" },
        { "EchoServer", "--port -1", "--port \"-1\" is not a port: use a number from 0 to 65535" },
        { "EchoServer", "--port http", "--port \"http\" is not a port: use a number from 0 to 65535" },
        { "EchoServer", "--port", "Required argument missing for option: '--port'" },
        { "EchoServer", "--think -1s",
            "--think \"-1s\" is not a duration of at most 24 hours: write 200ms, 0.5s, 2s or 1m" },
        { "EchoServer", "--think 5",
            "--think \"5\" is not a duration of at most 24 hours: write 200ms, 0.5s, 2s or 1m" },
        { "EchoServer", "--think 999999999m",
            "--think \"999999999m\" is not a duration of at most 24 hours: write 200ms, 0.5s, 2s or 1m" },
        { "EchoServer", "--idle-timeout 0",
            "--idle-timeout \"0\" is not a duration above 0 and at most 24 hours: write 200ms, 0.5s, 2s or 1m" },
        { "EchoServer", "--max-connections 0", "--max-connections \"0\" is not a number from 1 to 1000000" },
        { "EchoServer", "--log xml", "--log \"xml\" is unknown: use text or json" },
        { "EchoServer", "--log-level verbose",
            "--log-level \"verbose\" is unknown: use information or debug or warning" },
        { "EchoClient", "--port 0", "--port \"0\" is not a port: use a number from 1 to 65535" },
        { "EchoClient", "--timeout 0",
            "--timeout \"0\" is not a duration above 0 and at most 24 hours: write 200ms, 0.5s, 2s or 1m" },
        { "EchoClient", "--local-port 70000", "--local-port \"70000\" is not a port: use a number from 1 to 65535" },
        { "EchoClient", "--scenario nonsense",
            "--scenario \"nonsense\" is unknown: use half-close or late-data or three-segments or server-first or "
                + "simultaneous or full-close or unread-data or idle or client-abort or server-abort or refused or "
                + "frames or http" },
        { "EchoServer", "--http --echo-only", "--http and --echo-only cannot be combined: use only one of them" },
        { "EchoClient", "--hold 2s",
            "--hold applies only to --scenario late-data or server-first or simultaneous or full-close or "
                + "unread-data" },
        { "EchoClient", "--scenario frames --bytes 5",
            "--bytes applies only to --scenario half-close or server-first" },
        { "EchoClient", "--scenario http --message x",
            "--message applies only to --scenario half-close or server-first or unread-data or frames" },
        { "EchoClient", "--scenario server-first --watch-time-wait",
            "--watch-time-wait applies only to --scenario half-close or late-data or three-segments or simultaneous "
                + "or frames" },
        { "EchoClient", "--scenario unread-data --hold 50ms",
            "unread-data needs a --hold of at least 200ms: a shorter one may end before the data that is left "
                + "unread has arrived" },
        { "EchoClient", "--scenario refused --buffer 5", "--buffer does not apply to --scenario refused" },
        { "EchoClient", "--bytes 5 --message x", "--bytes replaces the message: omit --message" },
        { "EchoClient", "--bytes 1.5KiB",
            "--bytes \"1.5KiB\" is not a size from 0 to 1024GiB: write 512, 64KiB or 1MiB" },
        { "EchoClient", "--buffer 0", "--buffer \"0\" is not a size from 1 to 1MiB: write 512, 64KiB or 1MiB" },
        { "EchoClient", "--scenario idle --late 1KiB", "--late applies only to --scenario late-data" },
        { "EchoClient", "--scenario late-data --late 2GiB",
            "--late \"2GiB\" is not a size from 0 to 1GiB: write 512, 64KiB or 1MiB" },
        { "EchoClient", "--scenario late-data --hold 11m",
            "--hold \"11m\" is not a duration of at most 10m: write 200ms, 0.5s, 2s or 1m" },
        { "EchoClient", "hello", "unknown argument hello" },
        { "SideBySide", "--port x", "--port \"x\" is not a port: use a number from 0 to 65535" },
    };

    [Theory]
    [MemberData(nameof(Arguments))]
    public async Task AWrongArgumentIsReportedInOneSentence(string program, string arguments, string sentence)
    {
        Programs.Result result = await Programs.RunAsync(Programs.Ours(program), arguments.Split(' '));
        Assert.Equal($"{program}: {sentence}. See --help.\n",
            result.Errors.Replace("\r\n", "\n", StringComparison.Ordinal));
        Assert.Equal(("", 1), (result.Output, result.ExitCode));
    }

    [Theory]
    [InlineData("EchoServer", "[default: 8888]", "[default: 200ms]", "[default: 10000]", "[default: 60s]")]
    [InlineData("EchoClient", "[default: hello service]", "[default: 10s]", "[default: 127.0.0.1]",
        "[default: half-close]")]
    [InlineData("SideBySide", "[default: 8888]", "--version", "--help", "Exit code")]
    public async Task HelpListsTheDefaults(string program, params string[] parts)
    {
        Programs.Result result = await Programs.RunAsync(Programs.Ours(program), ["--help"]);
        string help = string.Join(' ', result.Output.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
        Assert.All(parts, part => Assert.Contains(part, help, StringComparison.Ordinal));
        Assert.Equal(("", 0), (result.Errors, result.ExitCode));
    }

    [Theory]
    [InlineData("EchoServer")]
    [InlineData("EchoClient")]
    public async Task AnEmptyHostIsReportedInOneSentence(string program)
    {
        Programs.Result result = await Programs.RunAsync(Programs.Ours(program), ["--host", ""]);
        Assert.Equal($"{program}: \"\" is not a host: use a name or an IP address.", result.Errors.TrimEnd());
        Assert.Equal(("", 1), (result.Output, result.ExitCode));
    }

    [Theory]
    [InlineData("8888", "is not an IPv4 address: use four decimal numbers with dots, such as 127.0.0.1")]
    [InlineData("127.1", "is not an IPv4 address: use four decimal numbers with dots, such as 127.0.0.1")]
    [InlineData("0x7f.0.0.1", "is not an IPv4 address: use four decimal numbers with dots, such as 127.0.0.1")]
    [InlineData("010.0.0.1", "is not an IPv4 address: use four decimal numbers with dots, such as 127.0.0.1")]
    [InlineData("[::1]:9", "contains a port: use the host alone, and the port with --port")]
    [InlineData("127.0.0.1:9", "contains a port: use the host alone, and the port with --port")]
    [InlineData("localhost:9", "contains a port: use the host alone, and the port with --port")]
    [InlineData("fe80::1%nosuch", "has an unknown network interface after the %")]
    public async Task AHostThatDotNetWouldReadDifferentlyIsRejected(string host, string why)
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
    public async Task AnAddressIsUsedAsWritten(string host, string address) =>
        Assert.Equal(address, Assert.Single(await ResolveAsync(host)).ToString());

    [Theory]
    [InlineData("EchoServer")]
    [InlineData("EchoClient")]
    public Task ForAPortInTheHostTheErrorNamesTheOption(string program) =>
        RefusesAsync(program, "--host [::1]:9",
            "\"[::1]:9\" contains a port: use the host alone, and the port with --port.");

    [Theory]
    [InlineData("EchoServer")]
    [InlineData("EchoClient")]
    public Task AnUnknownHostIsReportedInOneSentence(string program) =>
        RefusesAsync(program, "--host no-such-host.invalid",
            "the host \"no-such-host.invalid\" is unknown: check the name, or give an IP address.");

    [Fact]
    public async Task IfNoNameServerAnswersInTimeTheErrorNamesTheOptionForTheTimeout()
    {
        // No look-up completes immediately.
        CommandException late = await Assert.ThrowsAsync<CommandException>(() =>
            HostResolver.ResolveAsync("no-such-host.invalid", TimeSpan.Zero, CancellationToken.None, "--timeout"));
        Assert.Equal(
            "no name server answered for \"no-such-host.invalid\" within 0 (--timeout): use an IP address.",
            late.Message);
    }

    private static Task<IPAddress[]> ResolveAsync(string host) =>
        HostResolver.ResolveAsync(host, Eventually.Limit, CancellationToken.None);

    private static async Task RefusesAsync(string program, string arguments, string sentence)
    {
        Programs.Result result = await Programs.RunAsync(Programs.Ours(program), arguments.Split(' '));
        Assert.Equal($"{program}: {sentence}", result.Errors.TrimEnd());
        Assert.Equal(("", 1), (result.Output, result.ExitCode));
    }
}
