using TcpClose.Sockets;

namespace EchoServer.Hosting;

/// <summary>What the server does with an accepted connection. Chosen once, when the server starts.</summary>
internal interface IConnectionHandler
{
    /// <summary>Serves one connection until its end.</summary>
    /// <remarks>
    /// A <see cref="ConnectionEndedException"/> (the client's RST, an abort) may pass through: the listener reports how the
    /// connection ended, and closes the socket of a handler that has not done so.
    /// </remarks>
    Task RunAsync(ObservedSocket socket);
}
