using TcpClose.Sockets;

namespace EchoServer.Hosting;

/// <summary>Serves the accepted connections. The server chooses one handler when it starts.</summary>
internal interface IConnectionHandler
{
    /// <summary>Serves one connection until its end.</summary>
    /// <remarks>
    /// A handler need not catch <see cref="ConnectionEndedException"/> (the client's RST, an abort): the listener
    /// reports how the connection ended, and closes the socket if the handler has not closed it.
    /// </remarks>
    Task RunAsync(ObservedSocket socket);
}
