using EchoServer.Hosting;
using Serilog.Events;
using SideBySide.Timeline;
using TcpClose.Events;
using TcpClose.Sockets;

namespace TcpDemo.Tests.EchoServer.Hosting;

/// <summary>A stop that has aborted a connection and still does not see its end logs that, and ends.</summary>
public sealed class StopReportsStragglersTests
{
    [Fact]
    public async Task AConnectionThatDoesNotEndEvenAfterTheAbortIsLogged()
    {
        using Pair pair = await Pair.ConnectAsync();
        var log = new CollectingSink();
        var events = new CloseLog(log.Logger, Side.Server);
        var connections = new ActiveConnections();
        var socket = new ObservedSocket(pair.Server, Side.Server, events, new ReceiveBufferPool());

        // Its handler never returns, so it is never removed.
        connections.Add(socket);
        await connections.StopAsync(
            TimeSpan.FromMilliseconds(50), new ExceptionBarrier(events), events, CancellationToken.None).WithTimeout();
        Assert.Equal(ConnectionEndKind.Aborted, socket.End!.Kind);
        Assert.Equal(
            ["stopped listening; up to 50ms for 1 connection to finish",
                "1 connection did not end within 50ms after the abort"],
            log.Events.Select(e => e.Get<string>("Sentence")));
        Assert.Equal(LogEventLevel.Error, log.Events[^1].Level);
    }

    [Fact]
    public void ADefectWhileOneConnectionIsAbortedIsLoggedAndTheOthersAreAborted()
    {
        var log = new CollectingSink();
        var barrier = new ExceptionBarrier(new CloseLog(log.Logger, Side.Server));
        int guarded = 0;
        foreach (int i in (int[])[1, 2, 3])
        {
            barrier.Guard(i, n =>
            {
                guarded++;
                if (n == 2) throw new InvalidOperationException("by a test");
            });
        }

        Assert.Equal(3, guarded);
        Assert.Equal("defect: InvalidOperationException, by a test", Assert.Single(log.Events).Get<string>("Sentence"));
    }
}
