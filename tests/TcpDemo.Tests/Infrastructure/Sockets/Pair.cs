using System.Net;
using System.Net.Sockets;
using Serilog;
using TcpClose.Events;
using TcpClose.Kernel;
using TcpClose.Sockets;

namespace TcpDemo.Tests.Infrastructure.Sockets;

/// <summary>Two connected loopback sockets of this process.</summary>
public sealed class Pair : IDisposable
{
    private Pair(Socket client, Socket server)
    {
        Client = client;
        Server = server;
    }

    public Socket Client { get; }

    public Socket Server { get; }

    public static async Task<Pair> ConnectAsync()
    {
        using Socket listener = Listen();
        return await ConnectAsync(listener);
    }

    /// <summary>
    /// Connects to a listener and accepts. If <paramref name="from"/> is null, the kernel chooses the client's address.
    /// </summary>
    public static async Task<Pair> ConnectAsync(Socket listener, IPAddress? from = null)
    {
        Socket client = await ConnectAsync(listener.LocalEndPoint!, from);
        return new Pair(client, await listener.AcceptAsync().WithTimeout());
    }

    /// <summary>Opens a listener on a free port.</summary>
    public static Socket Listen()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        return listener;
    }

    /// <summary>Connects a client.</summary>
    public static async Task<Socket> ConnectAsync(EndPoint server, IPAddress? from = null)
    {
        var client = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (from is not null) client.Bind(new IPEndPoint(from, 0));
        await client.ConnectAsync(server).WithTimeout();
        return client;
    }

    /// <summary>Wraps the server's socket as EchoServer does.</summary>
    public ObservedSocket ObserveServer(ILogger logger, ReceiveBufferPool? buffers = null)
    {
        var socket = new ObservedSocket(
            Server, Side.Server, new CloseLog(logger, Side.Server), buffers ?? new ReceiveBufferPool());
        socket.Accepted(Clock.Now);
        return socket;
    }

    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
    }
}
