using System.Net;
using System.Net.Sockets;
using PathCheck;
using PathCheck.NearEnd;
using PathCheck.Reporting;
using PathCheck.Running;
using SideBySide.Running;
using SideBySide.Tools;
using TcpClose.Cli;
using TcpClose.Kernel;

namespace TcpDemo.Tests.PathCheck.NearEnd;

/// <summary>If a path cannot be judged, PathCheck prints one sentence on standard error and exits with 1.</summary>
[Trait("Tier", "Long")]
public sealed class PathCheckUnavailableTests
{
    [Theory]
    [InlineData(
        "--think=0",
        "PathCheck: the far end echoes what it receives, as EchoServer does: start PathCheck serve there instead.")]
    [InlineData(
        "--echo-only",
        "PathCheck: the far end echoes what it receives, as EchoServer does: start PathCheck serve there instead.")]
    [InlineData("--http", "PathCheck: the path leads to an HTTP server or proxy, which answers \"HTTP/1.1 ")]
    public async Task AnEchoServerIsRecognized(string option, string sentence)
    {
        await using ServerConsole server = await ServerConsole.StartAsync(null, option);
        await IsRefusedAsync(server.Port, sentence);
    }

    [ConditionalFact(Needs.Linux, "socat", "cat")]
    public Task AnotherEchoServiceIsRecognized() =>
        BehindAsync("socat", port => [$"TCP-LISTEN:{port},bind=127.0.0.1,reuseaddr,fork", "EXEC:cat"],
        "PathCheck: the far end echoes what it receives");

    [ConditionalFact(Needs.Linux, "python3")]
    public Task AWebServerIsRecognized() =>
        BehindAsync("python3", port => ["-m", "http.server", "--bind", "127.0.0.1", $"{port}"],
        "PathCheck: the far end is not PathCheck; it answers \"");

    [ConditionalFact(Needs.Linux, "socat")]
    public Task ARelayWithoutAServerIsRecognized() =>
        BehindAsync("socat", port => [$"TCP-LISTEN:{port},bind=127.0.0.1,reuseaddr,fork", "TCP:127.0.0.1:1"],
        "PathCheck: the path accepts the connection and the request, but no answer comes back: either there is no "
            + "server (start PathCheck serve at its far end), or ");

    [Fact]
    public async Task ASilentServerIsRecognizedAfterTheTimeout()
    {
        using Socket silent = Pair.Listen();
        await IsRefusedAsync(
            ((IPEndPoint)silent.LocalEndPoint!).Port,
            "PathCheck: the path accepts the connection and the request, but no answer comes back within 3s (--timeout",
            "--timeout", "3s");
    }

    [Fact]
    public async Task AConnectionToItselfIsRefused()
    {
        // The socket connects to its own local port.
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        SocketException refused = await Assert.ThrowsAsync<SocketException>(
            () => PathConnector.ConnectAsync(socket, (IPEndPoint)socket.LocalEndPoint!, default).WithTimeout());
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
    }

    [ConditionalFact(Needs.NetworkNamespace)]
    public async Task AConnectionToItselfMeansThatNothingListens()
    {
        // The path's port is the only local port that the kernel can choose.
        using NetworkNamespace inside = NetworkNamespace.TryCreate()!;
        await inside.RunAsync("sh", ["-c", "echo 30123 30123 > /proc/sys/net/ipv4/ip_local_port_range"]);
        Programs.Result result =
            await Programs.RunAsync(Programs.Ours("PathCheck"), ["run", "127.0.0.1:30123"], inside: inside);
        Assert.Equal(("", 1), (result.Output, result.ExitCode));
        Assert.StartsWith("PathCheck: nothing listens on 127.0.0.1:30123 ", result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AServerThatIsKilledDuringTheRunLeavesTheRestUnjudged(bool behindARelay)
    {
        await using FarEndConsole server = await FarEndConsole.StartAsync();
        await using var relay = new FaultyRelay(new IPEndPoint(IPAddress.Loopback, server.Port));
        Task<Programs.Result> run = CheckAsync(behindARelay ? relay.Port : server.Port, "--hold", "0,10s");
        await Eventually.BecomesTrueAsync(() => server.EventCount > 100);
        Programs.Signal(server.Id, 9);
        Programs.Result result = await run;
        Assert.Equal(1, result.ExitCode);

        // The results from before the kill are kept.
        Assert.Matches("full duplex, 4 MiB each way +preserved", result.Output);
        Assert.Matches("client ends, reply after 10s +could not be judged", result.Output);
        Assert.Matches("could not be judged +(the far end has stopped|[0-9.:]+ no longer accepts)", result.Output);
        Assert.Matches(
            "^PathCheck: [0-9]+ of [0-9]+ checks could not be judged: the path stopped working\\.\n$", result.Errors);
        Assert.Contains("Find out why the relay or the far end ended", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AServerThatIsRestartedDuringTheRunGivesNoResult()
    {
        RunningServer server = await RunningServer.StartFarEndAsync();
        await using RunningServer next = await RunningServer.StartFarEndAsync();
        EndPoint now = server.EndPoint;
        long count = 0, latest = long.MaxValue;
        await using var relay = new FaultyRelay(now, way: (_, connectAsync) =>
        {
            (count, latest) = (count + 1, Clock.Now);
            return connectAsync(now);
        });
        var options = new PathCheckOptions
        {
            Port = relay.Port,
            Holds = [TimeSpan.FromSeconds(8)],
            Timeout = TimeSpan.FromSeconds(5),
        };
        Task<PathReport> run = new PathCheckRunner(options, _ => { }).RunAsync(CancellationToken.None);

        // After 0.7 s without a new connection, the checks with a silence are half-closed and silent.
        await Eventually.BecomesTrueAsync(() => count > 20 && Clock.Since(latest) > TimeSpan.FromSeconds(0.7));
        now = next.EndPoint;
        await server.DisposeAsync();
        CommandException refused = await Assert.ThrowsAsync<CommandException>(() => run.WithTimeout());
        Assert.StartsWith(
            "the far end has no record of a connection that it reported before: ", refused.Message,
            StringComparison.Ordinal);
    }

    private static async Task BehindAsync(string program, Func<int, string[]> arguments, string sentence)
    {
        using var reserved = new ReservedPort();
        int port = reserved.Number;
        using System.Diagnostics.Process process =
            ConsoleProcess.StartProgram(program, arguments(port));
        try
        {
            await Eventually.BecomesTrueAsync(
                async () => await Record.ExceptionAsync(
                async () => (await Pair.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port))).Dispose()) is null);
            await IsRefusedAsync(port, sentence);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync().WithTimeout();
        }
    }

    private static async Task IsRefusedAsync(int port, string sentence, params string[] more)
    {
        Programs.Result result = await CheckAsync(port, more);
        Assert.Equal(("", 1), (result.Output, result.ExitCode));
        Assert.StartsWith(sentence, result.Errors, StringComparison.Ordinal);
        Assert.Single(result.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static Task<Programs.Result> CheckAsync(int port, params string[] more) =>
        Programs.RunAsync(Programs.Ours("PathCheck"), ["run", $"127.0.0.1:{port}", .. more]);
}
