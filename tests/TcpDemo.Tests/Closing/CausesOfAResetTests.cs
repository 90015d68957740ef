using System.Net.NetworkInformation;
using System.Net.Sockets;
using SideBySide.Timeline;
using TcpClose.Kernel;

namespace TcpDemo.Tests.Closing;

/// <summary>What turns a close into a reset, what the peer's calls then return, and what EchoServer logs.</summary>
public sealed class CausesOfAResetTests
{
    [Fact]
    public async Task Linger0AndDisposeIsAResetForThePeer()
    {
        using Pair pair = await Pair.ConnectAsync();
        pair.Client.Abort();
        await IsResetAsync(pair.Server);
    }

    [Fact]
    public async Task ClosingWithUnreadDataIsAResetForThePeer()
    {
        using Pair pair = await Pair.ConnectAsync();
        await pair.Server.SendAsync("never read");
        await Eventually.BecomesTrueAsync(() => pair.Client.Available > 0);
        pair.Client.Dispose();
        await IsResetAsync(pair.Server);
    }

    [Fact]
    public async Task ClosingAfterReadingEverythingSendsAFin()
    {
        using Pair pair = await Pair.ConnectAsync();
        await pair.Server.SendAsync("read");
        Assert.Equal("read", await pair.Client.ReceiveAsync());
        pair.Client.Dispose();
        Assert.Equal("", await pair.Server.ReceiveAsync());
    }

    [Fact]
    public async Task DisposeWithAReceivePendingIsAResetForThePeer()
    {
        using Pair pair = await Pair.ConnectAsync();
        Task<string> pending = pair.Client.ReceiveAsync();
        pair.Client.Dispose();
        SocketException own = await Assert.ThrowsAsync<SocketException>(() => pending);
        Assert.Equal(SocketError.OperationAborted, own.SocketErrorCode);
        await IsResetAsync(pair.Server);
    }

    [Fact]
    public async Task ShutdownThenDisposeWithAReceivePendingSendsAFin()
    {
        using Pair pair = await Pair.ConnectAsync();
        Task<string> pending = pair.Client.ReceiveAsync();
        pair.Client.Shutdown(SocketShutdown.Send);
        pair.Client.Dispose();
        await Assert.ThrowsAsync<SocketException>(() => pending);
        Assert.Equal("", await pair.Server.ReceiveAsync());
    }

    [Fact]
    public async Task AResetIsReportedOnceAndTheNextReceiveReturnsAnEndOfStream()
    {
        using Pair pair = await Pair.ConnectAsync();
        pair.Client.Abort();
        await IsResetAsync(pair.Server);
        Assert.Equal("", await pair.Server.ReceiveAsync());
    }

    [Fact]
    public async Task ShutdownAfterTheResetNeitherFailsNorRevivesTheConnection()
    {
        using Pair pair = await Pair.ConnectAsync();
        pair.Client.Abort();
        await IsResetAsync(pair.Server);
        pair.Server.Shutdown(SocketShutdown.Send);      // succeeds, which hides that the connection is gone
        Assert.True(!OperatingSystem.IsLinux() || SocketState.Read(pair.Server) == TcpState.Closed);
        await Assert.ThrowsAsync<SocketException>(() => pair.Server.SendAsync("into the void"));
    }

    [Fact]
    public async Task TheFirstSendToAPeerThatHasClosedFullySucceedsAndTheNextFails()
    {
        using Pair pair = await Pair.ConnectAsync();
        pair.Client.Dispose();
        Assert.Equal("", await pair.Server.ReceiveAsync());
        await pair.Server.SendAsync("taken by the kernel");
        // Wait for the RST that answers this data.
        await Eventually.BecomesTrueAsync(() => SocketState.Read(pair.Server) is TcpState.Closed or null);
        SocketException error = await Assert.ThrowsAsync<SocketException>(() => pair.Server.SendAsync("refused"));
        Assert.True(SocketErrors.IsReset(error));
    }

    [Fact]
    public async Task ShutdownOfReceivingWakesABlockedReceive()
    {
        using Pair pair = await Pair.ConnectAsync();
        Task<string> blocked = pair.Client.ReceiveAsync();
        Assert.False(blocked.IsCompleted);
        pair.Client.Shutdown(SocketShutdown.Receive);
        Assert.Equal("", await blocked.WithTimeout());
    }

    [ConditionalFact]
    public async Task AResetInFinWait2IsReportedAsAResetAndNotAsAnEndOfStream()
    {
        using Pair pair = await Pair.ConnectAsync();
        pair.Client.Shutdown(SocketShutdown.Send);
        Assert.Equal("", await pair.Server.ReceiveAsync());
        await Eventually.BecomesTrueAsync(() => SocketState.Read(pair.Client) == TcpState.FinWait2);
        pair.Server.Abort();
        await IsResetAsync(pair.Client);
    }

    [Fact]
    public async Task TheServerLogsAResetOnceAndNeverAsAnEndOfStream()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using Socket client = await server.ConnectAsync();
        await client.SendAsync("first");
        Assert.Equal("first", await client.ReceiveAsync());
        client.Abort();
        var reset = await server.Log.WaitForAsync("ResetReceived");
        await server.Log.WaitForAsync("SocketClosed");
        Assert.Equal("reset by the client", reset.Get<string>("Cause"));
        Assert.Equal(["Listening", "Accepted", "Received", "Sent", "ResetReceived", "SocketClosed"], server.Log.Phases);
        Assert.Equal("next", await server.EchoAsync("next"));
    }

    [ConditionalFact]
    public async Task AResetAfterTheClientsFinIsNotHiddenByTheServersShutdown()
    {
        // The server waits before it sends its FIN. The RST arrives in CLOSE-WAIT, while no call is pending.
        await using RunningServer server = await RunningServer.StartAsync(new() { Think = TimeSpan.FromSeconds(1) });
        using Socket client = await server.ConnectAsync();
        client.Shutdown(SocketShutdown.Send);
        await server.Log.WaitForAsync("FinRead");
        client.Abort();
        await server.Log.WaitForAsync("SocketClosed");
        Assert.Equal(["Listening", "Accepted", "FinRead", "ResetReceived", "SocketClosed"], server.Log.Phases);
    }

    private static async Task IsResetAsync(Socket socket)
    {
        SocketException error = await Assert.ThrowsAsync<SocketException>(() => socket.ReceiveAsync());
        Assert.Equal(SocketError.ConnectionReset, error.SocketErrorCode);
    }
}
