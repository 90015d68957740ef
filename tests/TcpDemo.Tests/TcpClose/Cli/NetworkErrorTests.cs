using System.Net;
using System.Net.Sockets;
using SideBySide.Running;
using SideBySide.Tools;

namespace TcpDemo.Tests.TcpClose.Cli;

/// <summary>An error of the machine or the network is reported in one sentence, with exit code 1.</summary>
public sealed class NetworkErrorTests
{
    [Fact]
    public async Task APortInUseIsReportedInOneSentence()
    {
        using Socket taken = Pair.Listen();
        int port = Port(taken);
        await RefusesAsync("EchoServer", $"--port {port}",
            $"port {port} on 127.0.0.1 is in use: stop the other program, or use --port 0 for a free port.");
    }

    [Fact]
    public async Task SideBySideReportsWhyTheServerDidNotStart()
    {
        using Socket taken = Pair.Listen();
        int port = Port(taken);
        Programs.Result result = await Programs.RunAsync(Programs.Ours("SideBySide"), ["--port", $"{port}"]);
        using NetworkNamespace? inside = NetworkNamespace.TryCreate();
        if (!Environment.IsPrivilegedProcess && inside is not null)
        {
            // An ordinary user's run has its own network namespace, in which the port is free.
            Assert.Equal(("", 0), (result.Errors, result.ExitCode));
            return;
        }

        Assert.Equal(("", 1), (result.Output, result.ExitCode));
        Assert.StartsWith($"SideBySide: EchoServer: port {port} on 127.0.0.1 is in use", result.Errors,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task IfNothingListensTheErrorNamesTheCommandThatStartsTheServer()
    {
        using var unused = new ReservedPort();
        int port = unused.Number;
        Programs.Result result = await Programs.RunAsync(Programs.Ours("EchoClient"), ["--port", $"{port}"]);
        Assert.Equal(1, result.ExitCode);
        Assert.Equal(
            $"EchoClient: nothing listens on 127.0.0.1:{port} (or a firewall rejects it): start the server first, with "
                + $"dotnet run --project EchoServer -- --port {port}.",
            result.Errors.TrimEnd());
        // A RST answered the SYN, so the refusal is also an event.
        Assert.Contains("ResetReceived", result.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public Task AnAddressOfAnotherMachineIsReportedInOneSentence() =>
        RefusesAsync("EchoServer", "--host 192.0.2.1",
            "192.0.2.1 is not an address of this machine: use --host 127.0.0.1, or one of its own addresses.");

    [ConditionalFact(Needs.NetworkNamespace, "nft")]
    public async Task IfAHostDoesNotAnswerWithinTheTimeoutTheExitCodeIs1()
    {
        using NetworkNamespace inside = NetworkNamespace.TryCreate()!;
        Programs.Result dropping = await Programs.ShellAsync(
            "nft add table ip t && nft add chain ip t in '{ type filter hook input priority 0; }' && nft add rule ip t "
                + "in tcp dport 8888 drop", inside);
        Assert.Equal(("", 0), (dropping.Errors, dropping.ExitCode));
        Programs.Result result = await Programs.RunAsync(Programs.Ours("EchoClient"), ["--timeout", "300ms"],
            inside: inside);
        Assert.Equal(
            "EchoClient: 127.0.0.1:8888 did not answer within 300ms: check the address, and whether a firewall drops "
                + "packets; --timeout sets a longer wait.",
            result.Errors.TrimEnd());
        Assert.Equal(1, result.ExitCode);
    }

    [ConditionalFact(Needs.NetworkNamespace)]
    public async Task ListeningOnANonLoopbackAddressIsAllowedWithAWarning()
    {
        using NetworkNamespace inside = NetworkNamespace.TryCreate()!;
        Programs.Result server = await Programs.RunAsync(Programs.Ours("EchoServer"),
            ["--host", "0.0.0.0", "--stop-with-stdin"], inside: inside);
        Assert.Equal(0, server.ExitCode);
        Assert.Contains(server.Lines,
            l => l.Contains("0.0.0.0 is not loopback: other machines can reach this server", StringComparison.Ordinal));
    }

    [ConditionalTheory(Needs.NetworkNamespace, "nft", "tc")]
    [InlineData("true")]
    [InlineData("tc qdisc add dev lo root tbf rate 8kbit burst 150 limit 1mb")]
    public async Task ARejectionByAFirewallIsNotReportedAsAReset(string delay)
    {
        // The slow queue delays the ICMP message until connect() has returned, as if it came from another machine.
        using NetworkNamespace inside = NetworkNamespace.TryCreate()!;
        Programs.Result rejecting = await Programs.ShellAsync(
            "nft add table ip t && nft add chain ip t in '{ type filter hook input priority 0; }' && nft add rule ip t "
                + $"in tcp dport 8888 reject && {delay}", inside);
        Assert.Equal(("", 0), (rejecting.Errors, rejecting.ExitCode));
        Programs.Result result = await Programs.RunAsync(Programs.Ours("EchoClient"), [], inside: inside);
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("EchoClient: nothing listens on 127.0.0.1:8888 (or a firewall rejects it)", result.Errors,
            StringComparison.Ordinal);
        Assert.DoesNotContain("RST", result.Output, StringComparison.Ordinal);
    }

    [ConditionalFact(Needs.NetworkNamespace)]
    public async Task AClientThatConnectsToItselfReportsThatNothingListens()
    {
        using NetworkNamespace inside = NetworkNamespace.TryCreate()!;
        Programs.Result result = await Programs.RunAsync(Programs.Ours("EchoClient"),
            ["--port", "30123", "--local-port", "30123"], inside: inside);
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("EchoClient: nothing listens on 127.0.0.1:30123", result.Errors, StringComparison.Ordinal);
    }

    [ConditionalFact(Needs.Linux, "bash")]
    public async Task TooFewDescriptorsToServeAClientAreReportedAtStart()
    {
        Programs.Result result =
            await Programs.ShellAsync($"ulimit -n 90; exec '{Programs.Ours("EchoServer")}' --port 0");
        Assert.Equal(1, result.ExitCode);
        Assert.Matches(
            @"^EchoServer: only 90 file descriptors are allowed: raise the limit \(ulimit -n\) to \d+ at least\.\n$",
            result.Errors);
    }

    [ConditionalFact(Needs.NetworkNamespace, "setpriv")]
    public async Task AMissingPermissionForThePortIsReportedInOneSentence()
    {
        using NetworkNamespace inside = NetworkNamespace.TryCreate()!;
        Programs.Result result = await Programs.RunAsync("setpriv",
            ["--bounding-set=-net_bind_service", "--inh-caps=-net_bind_service", Programs.Ours("EchoServer"), "--port",
                "80"], inside: inside);
        Assert.Equal(
            "EchoServer: no permission to listen on port 80: use a port of 1024 or higher, or run with more "
                + "privileges.", result.Errors.TrimEnd());
        Assert.Equal(("", 1), (result.Output, result.ExitCode));
    }

    [ConditionalFact(Needs.Linux, "bash", "head")]
    public async Task AClosedStandardOutputDoesNotStopTheServer()
    {
        using System.Diagnostics.Process server = ConsoleProcess.StartProgram(Programs.Ours("EchoServer"),
            ["--port", "0", "--think", "0"]);
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

    private static async Task RefusesAsync(string program, string arguments, string sentence)
    {
        Programs.Result result = await Programs.RunAsync(Programs.Ours(program), arguments.Split(' '));
        Assert.Equal($"{program}: {sentence}", result.Errors.TrimEnd());
        Assert.Equal(("", 1), (result.Output, result.ExitCode));
    }

    private static int Port(Socket listener) => ((IPEndPoint)listener.LocalEndPoint!).Port;
}
