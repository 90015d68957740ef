using SideBySide.Running;
using SideBySide.Timeline;
using SideBySide.Tools;

namespace TcpDemo.Tests.EndToEnd;

/// <summary>A server can bind a port in TIME-WAIT only with SO_REUSEADDR (RFC 9293 3.6.1, MUST-13).</summary>
public sealed class PortInTimeWaitTests : IDisposable
{
    private readonly NetworkNamespace? _inside = NetworkNamespace.TryCreate();

    public void Dispose() => _inside?.Dispose();

    [ConditionalFact]
    public async Task TheServersPortIsInUseWithoutReuseAddressAndAvailableWithIt()
    {
        int port;
        await using (ServerConsole first = await ServerConsole.StartAsync(_inside))
        {
            port = first.Port;
            await first.RunClientAsync("--scenario", "server-first", "--hold", "100ms");
            await first.StopAsync();
        }

        Programs.Result refused = await Programs.RunAsync(Programs.Ours("EchoServer"),
            ["--port", $"{port}", "--no-reuse-address"], inside: _inside);
        Assert.Equal((1, ""), (refused.ExitCode, refused.Output));
        Assert.Equal(
            $"EchoServer: port {port} is in TIME-WAIT because its last server closed a connection first: "
                + "wait a minute, or omit --no-reuse-address.\n", refused.Errors);
        Assert.Contains(refused.Errors.Replace($"{port}", "8888", StringComparison.Ordinal), Repository.Closes,
            StringComparison.Ordinal);

        await using ConsoleProcess again = ConsoleProcess.Start("EchoServer", ["--port", $"{port}"], _inside);
        Assert.Equal("Listening", (await again.Events.ReadAsync().WithTimeout()).Get<string>("Phase"));
        Assert.Equal(0, await again.StopAsync());
    }

    [ConditionalFact]
    public async Task APortOfAServerThatHadNotSetSoReuseaddrIsExplained()
    {
        int port;
        await using (ServerConsole first = await ServerConsole.StartAsync(_inside, "--no-reuse-address"))
        {
            port = first.Port;
            await first.RunClientAsync("--scenario", "server-first", "--hold", "100ms");
            await first.StopAsync();
        }

        Programs.Result refused = await Programs.RunAsync(
            Programs.Ours("EchoServer"), ["--port", $"{port}"], inside: _inside);
        Assert.Equal((1, ""), (refused.ExitCode, refused.Output));
        Assert.Equal(
            $"EchoServer: port {port} is in TIME-WAIT because its last server closed a connection first and had not "
                + "set SO_REUSEADDR: wait a minute, or use another port.\n", refused.Errors);
    }

    [ConditionalFact(Needs.NetworkNamespace)]
    public async Task TheClientsPortIsInUseWhileItIsInTimeWait()
    {
        // With TCP timestamps, Linux would make the port available early (RFC 6191).
        await _inside!.SetAsync("net/ipv4/tcp_timestamps", 0);
        await using ServerConsole server = await ServerConsole.StartAsync(_inside);
        await server.RunClientAsync("--local-port", "45555");
        Programs.Result again = await Programs.RunAsync(Programs.Ours("EchoClient"),
            ["--port", $"{server.Port}", "--local-port", "45555"], inside: _inside);
        Assert.Equal(
            (1, "EchoClient: local port 45555 is in use or still in TIME-WAIT: wait a minute, or omit --local-port.\n"),
            (again.ExitCode, again.Errors));
    }

    [ConditionalFact]
    public async Task IfTheClientClosesFirstTheServersPortIsFree()
    {
        int port;
        await using (ServerConsole first = await ServerConsole.StartAsync(_inside))
        {
            port = first.Port;
            await first.RunClientAsync();
            await first.StopAsync();
        }

        await using ConsoleProcess again = ConsoleProcess.Start("EchoServer",
            ["--port", $"{port}", "--no-reuse-address"], _inside);
        Assert.Equal("Listening", (await again.Events.ReadAsync().WithTimeout()).Get<string>("Phase"));
        Assert.Equal(0, await again.StopAsync());
    }
}
