using EchoServer.Hosting;
using Serilog.Events;
using SideBySide.Timeline;
using TcpClose.Events;
using TcpClose.Sockets;

namespace TcpDemo.Tests.EchoServer.Hosting;

/// <summary>A stop logs how many connections did not end even after their abort.</summary>
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

        // The connection is never removed, as if its handler never returned.
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
    public async Task ADefectWhileOneConnectionIsAbortedIsLoggedAndTheOthersAreAborted()
    {
        using Pair first = await Pair.ConnectAsync(), broken = await Pair.ConnectAsync(),
            last = await Pair.ConnectAsync();
        var log = new CollectingSink();
        var events = new CloseLog(log.Logger, Side.Server);
        var connections = new ActiveConnections();
        ObservedSocket[] sockets = [.. new[] { first, broken, last }.Select(pair =>
            new ObservedSocket(pair.Server, Side.Server, events, new ReceiveBufferPool()))];
        foreach (ObservedSocket socket in sockets) connections.Add(socket);

        // The abort queries this socket. A disposed socket throws.
        broken.Server.Dispose();
        await connections.StopAsync(
            TimeSpan.FromMilliseconds(50), new ExceptionBarrier(events), events, CancellationToken.None).WithTimeout();
        Assert.Equal([ConnectionEndKind.Aborted, null, ConnectionEndKind.Aborted], sockets.Select(s => s.End?.Kind));
        Assert.StartsWith("defect: ObjectDisposedException, ", log.Events[1].Get<string>("Sentence"),
            StringComparison.Ordinal);
        Assert.Equal("3 connections did not end within 50ms after the abort", log.Events[2].Get<string>("Sentence"));
    }
}
