using System.Net.Sockets;
using EchoServer.Scenarios;
using SideBySide.Timeline;
using TcpClose.Sockets;

namespace TcpDemo.Tests.EchoServer.Handlers;

/// <summary>
/// A rejected client can read the reason, even if it has sent more than the request. The server discards what the
/// client still sends, within limits.
/// </summary>
[Trait("Tier", "Long")]
public sealed class LingeringCloseAfterRejectionTests
{
    private const string Request = "TCPCLOSE/1 late-data colour=red\n",
        Error = "TCPCLOSE/1 error: the only keys are hold and bytes\n";

    [Fact]
    public async Task With30KBAfterTheRequestTheCloseIsNormal()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        Assert.Equal(Error, await server.EchoAsync(Request + new string('x', 30_000)));
        await server.Log.WaitForAsync("SocketClosed");
        Assert.Equal(["FinQueued", "FinRead", "SocketClosed"],
            server.Log.Phases.Where(p => p is not ("Listening" or "Accepted" or "Received" or "Sent")));
    }

    [Fact]
    public async Task With3MBAfterTheRequestTheErrorIsStillReadAndThenTheServerAborts()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using Socket client = await server.ConnectAsync();
        Task<string> answer = client.ReceiveAsync();

        // The call fails if the server's RST arrives early.
        await Record.ExceptionAsync(() =>
            client.SendAsync(Encoding.ASCII.GetBytes(Request + new string('x', 3_000_000))).WithTimeout());
        Assert.Equal(Error, await answer);
        Assert.Equal("answered, but the client did not stop sending",
            (await server.Log.WaitForAsync("Aborted")).Get<string>("Cause"));

        // The server reads until it has 64 KiB. The last read may return more.
        Assert.InRange(server.Log.Events.Last(e => e.Get<string>("Phase") == "Received").Get<long>("Bytes"),
            64 * 1024, 64 * 1024 + Request.Length + ReceiveBufferPool.Large);
        Assert.Equal("next", await server.EchoAsync("next"));
    }

    [Fact]
    public async Task BytesThatTrickleInDoNotRestartTheTimeLimit()
    {
        using Pair pair = await Pair.ConnectAsync();
        var log = new CollectingSink();
        ObservedSocket socket = pair.ObserveServer(log.Logger);
        Task close = LingeringClose.SendAndCloseAsync(socket, default, drainTimeout: TimeSpan.FromSeconds(1));

        // Only the time limit can cause the RST: the client sends far fewer bytes than the maximum to discard.
        await Assert.ThrowsAsync<SocketException>(async () =>
        {
            while (true)
            {
                await pair.Client.SendAsync("x");
                await Task.Delay(50);
            }
        }).WithTimeout();
        await close.WithTimeout();
        Assert.Equal("answered, but the client did not stop sending", socket.Complete().Cause);
        Assert.Equal("Aborted", log.Phases[^1]);
    }

    [Fact]
    public async Task WithoutAFinTheConnectionIsAbortedByTheIdleTimeout()
    {
        await using RunningServer server =
            await RunningServer.StartAsync(new() { IdleTimeout = TimeSpan.FromSeconds(1) });
        using Socket client = await server.ConnectAsync();
        await client.SendAsync(Request);
        Assert.Equal(Error, await client.ReceiveAsync());
        Assert.Equal("", await client.ReceiveAsync());

        Assert.Equal("client silent for 1s (--idle-timeout)",
            (await server.Log.WaitForAsync("Aborted")).Get<string>("Cause"));
        Assert.Equal(["Listening", "Accepted", "Received", "Sent", "FinQueued", "Aborted"], server.Log.Phases);
    }
}
