using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using TcpClose.Events;
using TcpClose.Kernel;

namespace TcpDemo.Tests.TcpClose.Sockets;

/// <summary>
/// Two end points identify one connection only while it lives: after that they may be those of another.
/// </summary>
[Trait("Tier", "Long")]
public sealed class PortReuseTests
{
    [ConditionalFact(Needs.Linux)]
    public async Task AConnectionThatHasGoneStaysClosedIfAnotherHasItsEndPoints()
    {
        using Socket listener = Pair.Listen();
        using Pair first = await Pair.ConnectAsync(listener, OwnLoopbackAddress.Next());
        var ends = (IPEndPoint)first.Client.LocalEndPoint!;
        var observed = new ObservedConnection(Side.Client, first.Client);
        observed.CaptureEndPoints();
        Assert.Equal(TcpState.Established, observed.State());

        // A RST: no TIME-WAIT keeps the port.
        first.Client.Abort();
        observed.MarkClosed();
        first.Server.Dispose();
        Assert.Equal(TcpState.Closed, observed.State());

        // A process that another test starts at this moment holds a copy of the client's socket until it runs its own
        // program.
        var server = (IPEndPoint)listener.LocalEndPoint!;
        await Eventually.BecomesTrueAsync(
            () => KernelConnectionTable.Find(ends, server) is not { State: TcpState.Established },
            () => "the first connection is still there");

        using var second = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        second.Bind(ends);
        await second.ConnectAsync(server).WithTimeout();
        Assert.Equal(TcpState.Established, observed.LookUp()?.State);
        Assert.Equal(TcpState.Closed, observed.State());
    }
}
