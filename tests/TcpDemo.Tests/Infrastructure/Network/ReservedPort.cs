using System.Net;
using System.Net.Sockets;

namespace TcpDemo.Tests.Infrastructure.Network;

/// <summary>
/// A free loopback port for a program that cannot choose one itself. A bound socket, which does not listen, reserves
/// the port. The program must set SO_REUSEADDR, as servers do.
/// </summary>
public sealed class ReservedPort : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public ReservedPort() => _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public int Number => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    public void Dispose() => _socket.Dispose();
}
