using System.Net.Sockets;
using EchoServer;
using Serilog;
using Serilog.Events;
using SideBySide.Timeline;

namespace TcpDemo.Tests.EchoServer.Hosting;

/// <summary>
/// A defect of the server ends at most one connection. The server logs it and accepts the next client.
/// </summary>
public sealed class DefectsEndOneConnectionTests
{
    [Theory]
    [InlineData("Accepted")]
    [InlineData("Received")]
    public async Task AnExceptionWhileAConnectionIsServedAbortsIt(string phase)
    {
        await using RunningServer server = await StartAsync(phase);
        await Record.ExceptionAsync(() => server.EchoAsync("reset, or not answered"));
        Assert.Equal("defect", (await server.Log.WaitForAsync("Aborted")).Get<string>("Cause"));
        await ServesTheNextAsync(server);
    }

    [Theory]
    [InlineData("SocketClosed")]
    [InlineData("ResetReceived")]
    public async Task AnExceptionWhileTheEndOfAConnectionIsLoggedStillFreesItsSlot(string phase)
    {
        await using RunningServer server = await StartAsync(phase);
        using Socket client = await server.ConnectAsync();
        await server.Log.WaitForAsync("Accepted");
        if (phase == "ResetReceived") client.Abort();
        else client.Dispose();
        await ServesTheNextAsync(server);
    }

    private static Task<RunningServer> StartAsync(string failingPhase) =>
        RunningServer.StartAsync(new ServerOptions { Think = TimeSpan.Zero, MaxConnections = 1 },
            wrap: logger => new FailingLogger(logger, failingPhase));

    // The maximum is one connection, so the first must have freed its slot.
    private static async Task ServesTheNextAsync(RunningServer server)
    {
        Assert.Equal("next", await server.EchoAsync("next"));
        Assert.Equal("defect: InvalidOperationException, by a test",
            Assert.Single(server.Log.Events, e => e.Level == LogEventLevel.Error).Get<string>("Sentence"));
    }

    // Throws once, at the first event of a phase.
    private sealed class FailingLogger(ILogger next, string phase) : ILogger
    {
        private bool _hasFailed;

        public void Write(LogEvent logEvent)
        {
            if (logEvent.Get<string>("Phase") == phase && !Interlocked.Exchange(ref _hasFailed, true))
                throw new InvalidOperationException("by a test");
            next.Write(logEvent);
        }
    }
}
