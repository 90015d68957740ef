using System.Net.NetworkInformation;
using System.Net.Sockets;
using EchoServer;
using TcpClose.Kernel;

namespace TcpDemo.Tests.Closing;

/// <summary>What each side can still do while only one direction is closed (RFC 9293 3.6.1).</summary>
public sealed class HalfCloseTests
{
    [Fact]
    public async Task TheServerReadsToTheEndOfStreamThenRepliesAndTheClientGetsTheWholeReply()
    {
        using Pair pair = await Pair.ConnectAsync();

        await pair.Client.SendAsync("question");
        pair.Client.Shutdown(SocketShutdown.Send);

        // The server reads it, and then the end of stream.
        Assert.Equal("question", await pair.Server.ReceiveAsync());
        Assert.Equal("", await pair.Server.ReceiveAsync());

        // The server answers in CLOSE-WAIT, to a client in FIN-WAIT-2.
        await pair.Server.SendAsync("answer to it");
        pair.Server.Shutdown(SocketShutdown.Send);
        Assert.Equal("answer to it", Encoding.ASCII.GetString(await pair.Client.ReadToEndAsync()));
    }

    [Fact]
    public async Task EndOfStreamIsStickyWhileTheOtherDirectionContinues()
    {
        using Pair pair = await Pair.ConnectAsync();
        pair.Client.Shutdown(SocketShutdown.Send);
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal("", await pair.Server.ReceiveAsync());
            await pair.Server.SendAsync("more");
            Assert.Equal("more", await pair.Client.ReceiveAsync());
        }
    }

    [ConditionalFact]
    public async Task ClientIsInFinWait2WhileTheServerKeepsSending()
    {
        using Pair pair = await Pair.ConnectAsync();
        pair.Client.Shutdown(SocketShutdown.Send);
        await Eventually.BecomesTrueAsync(() => SocketState.Read(pair.Client) == TcpState.FinWait2);
        for (int i = 0; i < 3; i++)
        {
            await pair.Server.SendAsync("still here");
            Assert.Equal("still here", await pair.Client.ReceiveAsync());
            Assert.Equal(TcpState.FinWait2, SocketState.Read(pair.Client));
            Assert.Equal(TcpState.CloseWait, SocketState.Read(pair.Server));
        }
    }

    [ConditionalFact]
    public async Task ReadingThePeersFinDoesNotCloseOurSide()
    {
        using Pair pair = await Pair.ConnectAsync();
        pair.Client.Shutdown(SocketShutdown.Send);
        Assert.Equal("", await pair.Server.ReceiveAsync());

        // The state is CLOSE-WAIT until our side closes, and Connected stays true.
        Assert.Equal(TcpState.CloseWait, SocketState.Read(pair.Server));
        Assert.True(pair.Server.Connected);
        await pair.Server.SendAsync("open");
        Assert.Equal("open", await pair.Client.ReceiveAsync());
        Assert.Equal(TcpState.CloseWait, SocketState.Read(pair.Server));
    }

    [Fact]
    public async Task HalfCloseWithoutAnyDataEndsBothDirections()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using Socket client = await server.ConnectAsync();
        client.Shutdown(SocketShutdown.Send);
        Assert.Empty(await client.ReadToEndAsync());
        await server.Log.WaitForAsync("SocketClosed");
        Assert.Equal(["Listening", "Accepted", "FinRead", "FinQueued", "SocketClosed"], server.Log.Phases);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64 * 1024)]
    [InlineData(8 * 1024 * 1024)]
    public async Task EveryByteThatWasQueuedBeforeTheFinArrivesBeforeTheEndOfStream(int size)
    {
        using Pair pair = await Pair.ConnectAsync();
        byte[] payload = new byte[size];
        new Random(size).NextBytes(payload);

        // The client shuts down when the kernel has accepted all bytes. The server may not have read them yet.
        Task<int> sending = pair.Client.SendAsync(payload);
        Task<byte[]> reading = sending.IsCompleted ? Task.FromResult<byte[]>([]) : pair.Server.ReadToEndAsync();
        Assert.Equal(size, await sending.WithTimeout());
        pair.Client.Shutdown(SocketShutdown.Send);
        byte[] all = [.. await reading.WithTimeout(), .. await pair.Server.ReadToEndAsync()];
        Assert.Equal(payload, all);
    }

    [Fact]
    public async Task ALargeMessageThatAHalfCloseFollowsImmediatelyIsEchoedCompletely()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using Socket client = await server.ConnectAsync();
        byte[] payload = new byte[4 * 1024 * 1024];
        new Random(4).NextBytes(payload);
        Task<byte[]> reading = client.ReadToEndAsync();
        await client.SendAsync(payload).WithTimeout();
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal(payload, await reading.WithTimeout());
    }

    [Fact]
    public async Task ServerThinksBeforeItsFirstReplyAndAgainBeforeItsFin()
    {
        var think = TimeSpan.FromMilliseconds(150);
        await using RunningServer server = await RunningServer.StartAsync(new ServerOptions { Think = think });
        Assert.Equal("one", await server.EchoAsync("one"));
        await server.Log.WaitForAsync("SocketClosed");
        Assert.Equal(["Listening", "Accepted", "Received", "Sent", "FinRead", "FinQueued", "SocketClosed"],
            server.Log.Phases);
        DateTimeOffset At(string phase) =>
            server.Log.Events.First(e => e.Properties["Phase"].ToString() == $"\"{phase}\"").Timestamp;
        Assert.True(At("Sent") - At("Received") >= think - TimeSpan.FromMilliseconds(20));
        Assert.True(At("FinQueued") - At("FinRead") >= think - TimeSpan.FromMilliseconds(20));
    }
}
