using EchoServer.Hosting;
using TcpClose.Sockets;

namespace EchoServer.Handlers;

/// <summary>The plain echo: <see cref="PassiveClose"/> (<c>--echo-only</c>).</summary>
internal sealed class EchoHandler(TimeSpan think) : IConnectionHandler
{
    public Task RunAsync(ObservedSocket socket) => PassiveClose.RunAsync(socket, think);
}
