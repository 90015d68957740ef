using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using TcpClose.Events;
using TcpClose.Kernel;

namespace TcpDemo.Tests.TcpClose.Sockets;

/// <summary>After a connection has ended, another one may have the same two endpoints.</summary>
[Trait("Tier", "Long")]
public sealed class PortReuseTests
{
    [ConditionalFact(Needs.Linux)]
    public async Task AClosedConnectionStaysClosedIfAnotherReusesItsEndPoints()
    {
        using Socket listener = Pair.Listen();
        using Pair first = await Pair.ConnectAsync(listener, OwnLoopbackAddress.Next());
        var ends = (IPEndPoint)first.Client.LocalEndPoint!;
        var observed = new ObservedConnection(Side.Client, first.Client);
        observed.CaptureEndPoints();
        Assert.Equal(TcpState.Established, observed.State());

        // A RST leaves no TIME-WAIT that would keep the port.
        first.Client.Abort();
        observed.MarkClosed();
        first.Server.Dispose();
        Assert.Equal(TcpState.Closed, observed.State());

        // If another test started a process just before the abort, that process has inherited the client's socket. The
        // connection then exists until that process calls exec.
        var server = (IPEndPoint)listener.LocalEndPoint!;
        await Eventually.BecomesTrueAsync(
            () => KernelConnectionTable.Find(ends, server) is not { State: TcpState.Established },
            () => "the first connection still exists");

        using var second = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        second.Bind(ends);
        await second.ConnectAsync(server).WithTimeout();
        Assert.Equal(TcpState.Established, observed.LookUp()?.State);
        Assert.Equal(TcpState.Closed, observed.State());
    }
}
