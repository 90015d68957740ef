using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using EchoServer;
using EchoServer.Hosting;
using TcpClose.Kernel;

namespace TcpDemo.Tests.EchoServer.Hosting;

/// <summary>
/// A server that closes first leaves TIME-WAIT on its port. A new server can use the port only if both servers set
/// SO_REUSEADDR. On Linux, .NET sets it in Bind.
/// </summary>
[Trait("Tier", "Long")]
public sealed class RebindDuringTimeWaitTests
{
    private const int SolSocket = 1, SoReuseAddr = 2;       // include/uapi/asm-generic/socket.h

    [ConditionalFact]
    public async Task BindSetsSoReuseAddrAndTheNewServerGetsThePort()
    {
        IPEndPoint server = await LeaveTimeWaitAsync(Tcp());
        using Socket next = Tcp();
        next.Bind(server);
        next.Listen();
        Assert.Equal(1, ReuseAddress(next));
    }

    [ConditionalFact]
    public async Task EchoServerStartsAgainOnAPortThatIsInTimeWait()
    {
        IPEndPoint port = await LeaveTimeWaitAsync(Tcp());
        var options = new ServerOptions { Host = $"{port.Address}", Port = port.Port };
        using Listener again = await Listener.OpenAsync(
            options, ServerCommand.CreateHandler(options), new CollectingSink().Logger, CancellationToken.None)
            .WithTimeout();
        Assert.Equal(port, again.EndPoint);
    }

    [ConditionalFact]
    public async Task WithoutSoReuseAddrBindFails()
    {
        // This socket uses TCP as well, but .NET does not set SO_REUSEADDR when it binds a socket of unspecified
        // protocol.
        IPEndPoint server = await LeaveTimeWaitAsync(Tcp());
        using var next = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Unspecified);
        Assert.Equal(SocketError.AddressAlreadyInUse,
            Assert.Throws<SocketException>(() => next.Bind(server)).SocketErrorCode);
        Assert.Equal(0, ReuseAddress(next));
    }

    [ConditionalFact]
    public async Task ListenFailsIfSoReuseAddrIsClearedAfterBind()
    {
        IPEndPoint server = await LeaveTimeWaitAsync(Tcp());
        using Socket next = Tcp();
        next.Bind(server);
        ClearReuseAddress(next);
        Assert.Equal(SocketError.AddressAlreadyInUse, Assert.Throws<SocketException>(next.Listen).SocketErrorCode);
    }

    [ConditionalFact]
    public async Task BindSetsSoReuseAddrAgainIfItWasCleared()
    {
        IPEndPoint server = await LeaveTimeWaitAsync(Tcp());
        using Socket next = Tcp();
        ClearReuseAddress(next);
        next.ExclusiveAddressUse = true;    // this has no effect either
        next.Bind(server);
        next.Listen();
        Assert.Equal(1, ReuseAddress(next));
    }

    [ConditionalFact]
    public async Task BindFailsIfThePreviousServerHadNoSoReuseAddr()
    {
        // An accepted connection inherits SO_REUSEADDR from its listener. This listener does not have it.
        IPEndPoint server = await LeaveTimeWaitAsync(new Socket(AddressFamily.InterNetwork, SocketType.Stream,
            ProtocolType.Unspecified));
        using Socket next = Tcp();
        Assert.Equal(SocketError.AddressAlreadyInUse,
            Assert.Throws<SocketException>(() => next.Bind(server)).SocketErrorCode);
        Assert.Equal(1, ReuseAddress(next));
    }

    private static Socket Tcp() => new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    // Makes one connection, which the server closes first.
    private static async Task<IPEndPoint> LeaveTimeWaitAsync(Socket listener)
    {
        IPEndPoint server, client;
        using (listener)
        {
            listener.Bind(new IPEndPoint(OwnLoopbackAddress.Next(), 0));
            listener.Listen();
            using Pair pair = await Pair.ConnectAsync(listener);
            server = (IPEndPoint)pair.Server.LocalEndPoint!;
            client = (IPEndPoint)pair.Client.LocalEndPoint!;
            pair.Server.Shutdown(SocketShutdown.Send);
            Assert.Equal("", await pair.Client.ReceiveAsync());
            pair.Client.Shutdown(SocketShutdown.Send);
            Assert.Equal("", await pair.Server.ReceiveAsync());
        }

        await Eventually.BecomesTrueAsync(
            () => KernelConnectionTable.Find(server, client) is { State: TcpState.TimeWait },
            () => "the kernel holds no TIME-WAIT: is net.ipv4.tcp_max_tw_buckets used up?");
        // A process that another test starts inherits the listener, and holds it until exec.
        await Eventually.BecomesTrueAsync(() => !IsListening(server), () => "the listener is still open");
        return server;
    }

    // Another test may listen on the same port of another address.
    private static bool IsListening(IPEndPoint server) =>
        IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Contains(server);

    private static void ClearReuseAddress(Socket socket) =>
        socket.SetRawSocketOption(SolSocket, SoReuseAddr, BitConverter.GetBytes(0));

    private static int ReuseAddress(Socket socket)
    {
        byte[] value = new byte[sizeof(int)];
        socket.GetRawSocketOption(SolSocket, SoReuseAddr, value);
        return BitConverter.ToInt32(value);
    }
}
