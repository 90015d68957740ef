using EchoClient.Scenarios;
using EchoServer;
using Serilog.Events;
using SideBySide.Timeline;
using TcpClose.Events;

namespace TcpDemo.Tests.EchoClient.Running;

/// <summary>The scenario <c>idle</c> reports that it awaits the server's idle time-out.</summary>
public sealed class IdleReportsItsWaitTests
{
    [Fact]
    public async Task BeforeTheResetTheClientReportsWhatItWaitsFor()
    {
        await using ServerConsole server = await ServerConsole.StartAsync(null, "--idle-timeout", "300ms");
        List<LogEvent> client = await server.RunClientAsync("--scenario", "idle");
        Assert.Equal(["Connecting", "Connected", Idle.Waiting, "ResetReceived", "SocketClosed"],
            client.SkipLast(1).Select(e => e.Get<string>("Phase") ?? e.Get<string>("Sentence")));
    }

    [Fact]
    public void TheReportedTimeoutIsTheServersDefault() =>
        Assert.Contains($"--idle-timeout ({new Duration(new ServerOptions().IdleTimeout)} unless set)", Idle.Waiting,
            StringComparison.Ordinal);
}
