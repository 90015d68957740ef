using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using TcpClose;

namespace TcpDemo.Tests;

/// <summary>Two ends name one connection only while it lives: then they may be another one's.</summary>
public sealed class TakenOverTests
{
    [NeedsFact(Needs.Linux)]
    public async Task AConnectionThatHasGoneStaysClosedWhereAnotherHasItsEnds()
    {
        using Socket listener = NewSocket(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using Socket first = NewSocket(new IPEndPoint(IPAddress.Loopback, 0));
        await first.ConnectAsync(listener.LocalEndPoint!).Soon();
        using Socket firstAccepted = await listener.AcceptAsync().Soon();
        var ends = (IPEndPoint)first.LocalEndPoint!;
        var observed = new ObservedConnection(Side.Client, first);
        observed.TakeEnds();
        Assert.Equal(TcpState.Established, observed.State());

        // A RST: no TIME-WAIT keeps the port.
        first.LingerState = new LingerOption(true, 0);
        first.Dispose();
        observed.Closed();
        firstAccepted.Dispose();
        Assert.Equal(TcpState.Closed, observed.State());

        using Socket second = NewSocket(ends);
        await second.ConnectAsync(listener.LocalEndPoint!).Soon();
        Assert.Equal(TcpState.Established, observed.LookUp()?.State);
        Assert.Equal(TcpState.Closed, observed.State());
    }

    private static Socket NewSocket(IPEndPoint local)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(local);
        return socket;
    }
}
