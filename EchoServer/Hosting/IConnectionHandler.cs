using TcpClose.Sockets;

namespace EchoServer.Hosting;

/// <summary>Serves the accepted connections.</summary>
internal interface IConnectionHandler
{
    /// <summary>Serves one connection until its end.</summary>
    /// <remarks>
    /// A handler need not catch <see cref="ConnectionEndedException"/> or close the socket: the listener does both.
    /// </remarks>
    Task RunAsync(ObservedSocket socket);
}
