using System.Net.NetworkInformation;
using System.Net.Sockets;
using SideBySide.Tracing;
using TcpClose.Kernel;

namespace TcpDemo.Tests.Closing;

/// <summary>What a .NET socket still does after our own <c>Shutdown(Send)</c>, and after <c>Dispose</c>.</summary>
public sealed class CallsAfterShutdownTests
{
    [Fact]
    public async Task SendingAfterOurOwnShutdownFailsAndReceivingWorks()
    {
        using Pair pair = await Pair.ConnectAsync();
        pair.Client.Shutdown(SocketShutdown.Send);
        Assert.False(pair.Client.Connected);    // although Receive still works

        SocketException error = await Assert.ThrowsAsync<SocketException>(() => pair.Client.SendAsync("late"));
        Assert.Equal(SocketError.Shutdown, error.SocketErrorCode);

        await pair.Server.SendAsync("for you");
        Assert.Equal("for you", await pair.Client.ReceiveAsync());
        Assert.Throws<IOException>(() => new NetworkStream(pair.Client));
    }

    [Fact]
    public async Task ASecondDisposeIsHarmlessAndEveryOtherCallAfterDisposeThrows()
    {
        using Pair pair = await Pair.ConnectAsync();
        pair.Client.Dispose();
        pair.Client.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => pair.Client.SendAsync("late"));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => pair.Client.ReceiveAsync());
        Assert.Throws<ObjectDisposedException>(() => pair.Client.Shutdown(SocketShutdown.Send));
    }

    [ConditionalFact(Needs.PacketCapture)]
    public async Task ASecondShutdownPutsNoSecondFinOnTheWire()
    {
        using Socket listener = Pair.Listen();
        int port = ((System.Net.IPEndPoint)listener.LocalEndPoint!).Port;
        await using PacketCapture capture = await PacketCapture.StartAsync(port);
        using Socket client = await Pair.ConnectAsync(listener.LocalEndPoint!);
        using Socket server = await listener.AcceptAsync().WithTimeout();

        client.Shutdown(SocketShutdown.Send);
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal("", await server.ReceiveAsync());
        server.Shutdown(SocketShutdown.Send);
        Assert.Equal("", await client.ReceiveAsync());

        IReadOnlyList<Segment> wire = await capture.WaitForAsync(
            all => all.Count(s => s.Flags.Contains("FIN", StringComparison.Ordinal)) >= 2 && all[^1].Flags == "ACK",
            Eventually.Limit);
        Assert.Equal(1, wire.Count(s => s.Flags == "FIN ACK" && s.ToPort == port));
        Assert.Equal(1, wire.Count(s => s.Flags == "FIN ACK" && s.FromPort == port));
    }

    [ConditionalTheory(Needs.PacketCapture)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AfterBothFinsUnreadDataIsDiscardedWithoutARst(bool linger0)
    {
        using Socket listener = Pair.Listen();
        int port = ((System.Net.IPEndPoint)listener.LocalEndPoint!).Port;
        await using PacketCapture capture = await PacketCapture.StartAsync(port);
        using (Pair pair = await Pair.ConnectAsync(listener))
        {
            await pair.Server.SendAsync("never read");
            pair.Server.Shutdown(SocketShutdown.Send);
            await Eventually.BecomesTrueAsync(() => SocketState.Read(pair.Client) == TcpState.CloseWait);
            if (linger0) pair.Client.LingerState = new LingerOption(true, 0);
            pair.Client.Shutdown(SocketShutdown.Send);
            Assert.Equal("", await pair.Server.ReceiveAsync());
            await Eventually.BecomesTrueAsync(() => SocketState.Read(pair.Client) == TcpState.Closed);
            pair.Client.Dispose();
            Assert.Equal(0, pair.Server.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error));
        }

        // A capture that contains the next connection also contains every earlier segment.
        using Pair next = await Pair.ConnectAsync(listener);
        int nextPort = ((System.Net.IPEndPoint)next.Client.LocalEndPoint!).Port;
        IReadOnlyList<Segment> wire =
            await capture.WaitForAsync(all => all.Any(s => s.FromPort == nextPort), Eventually.Limit);
        Assert.DoesNotContain(wire, s => s.Flags.Contains("RST", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ShutdownAfterAResetSucceedsAndKeepsTheErrorPending()
    {
        using Pair pair = await Pair.ConnectAsync();
        pair.Server.Abort();
        await Eventually.BecomesTrueAsync(() => SocketState.Read(pair.Client) == TcpState.Closed);
        pair.Client.Shutdown(SocketShutdown.Send);
        Assert.Equal((int)SocketError.ConnectionReset,
            pair.Client.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error));
    }
}
