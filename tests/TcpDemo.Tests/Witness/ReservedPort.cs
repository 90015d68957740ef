using System.Net;
using System.Net.Sockets;

namespace TcpDemo.Tests.Witness;

/// <summary>
/// A free port of loopback for a program that cannot choose one itself. A bound socket keeps the port from every other test
/// and program until the end: nobody else is given it. It does not listen, so until the program does, a connection to the
/// port is refused. The program must set SO_REUSEADDR, as servers do.
/// </summary>
public sealed class ReservedPort : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public ReservedPort() => _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public int Number => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    public void Dispose() => _socket.Dispose();
}
