using System.Net.Sockets;
using SideBySide.Timeline;

namespace TcpDemo.Tests.EchoServer.Handlers;

/// <summary>
/// The server holds back bytes that may begin a request line, and echoes them if no request follows.
/// </summary>
[Trait("Tier", "Long")]
public sealed class RequestPreambleIsHeldBackTests
{
    [Fact]
    public async Task APreambleIsEchoedBeforeTheIdleTimeout()
    {
        await using RunningServer server =
            await RunningServer.StartAsync(new() { Think = TimeSpan.Zero, IdleTimeout = TimeSpan.FromSeconds(20) });
        using Socket client = await server.ConnectAsync();
        await client.SendAsync("T");
        Assert.Equal("T", await client.ReceiveAsync());
    }

    [Fact]
    public async Task APreambleIsNotHeldBackByAServerThatAcceptsNoRequests()
    {
        Assert.InRange(await HeldBackAsync(echoOnly: true), TimeSpan.Zero, TimeSpan.FromMilliseconds(900));
        Assert.InRange(await HeldBackAsync(echoOnly: false), TimeSpan.FromMilliseconds(900), Eventually.Limit);
    }

    [Fact]
    public async Task APreambleThatAFinFollowsIsEchoedImmediately()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        Assert.Equal("TCPCLOSE/1", await server.EchoAsync("TCPCLOSE/1"));
        Assert.InRange(HeldBack(server), TimeSpan.Zero, TimeSpan.FromMilliseconds(900));
    }

    private static async Task<TimeSpan> HeldBackAsync(bool echoOnly)
    {
        await using RunningServer server =
            await RunningServer.StartAsync(new() { Think = TimeSpan.Zero, EchoOnly = echoOnly });
        using Socket client = await server.ConnectAsync();
        await client.SendAsync("TCP");
        Assert.Equal("TCP", await client.ReceiveAsync());
        await server.Log.WaitForAsync("Sent");
        return HeldBack(server);
    }

    // The time from the server's read to its write, by the server's clock.
    private static TimeSpan HeldBack(RunningServer server)
    {
        long At(string phase, string moment) =>
            server.Log.Events.First(e => e.Get<string>("Phase") == phase).Get<long>(moment);
        return TimeSpan.FromMicroseconds((At("Sent", "CalledAt") - At("Received", "ReturnedAt")) / 1000);
    }
}
