using System.Net;
using System.Net.Sockets;
using Serilog.Events;
using TcpClose.Cli;
using TcpClose.Events;
using TcpClose.Kernel;

namespace EchoServer.Hosting;

/// <summary>Opens the listening socket: Bind, Listen.</summary>
internal static class ListeningSocket
{
    private static readonly TimeSpan LookUpTimeout = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Binds and listens. From then on the kernel completes handshakes, even if the program accepts nothing.
    /// </summary>
    /// <exception cref="CommandException">The host is unknown, or the port cannot be bound.</exception>
    /// <exception cref="OperationCanceledException">The server was stopped.</exception>
    public static async Task<Socket> OpenAsync(ServerOptions options, CloseLog log, CancellationToken stop)
    {
        IPAddress address = (await HostResolver.ResolveAsync(options.Host, LookUpTimeout, stop))[0];
        Socket? socket = null;
        try
        {
            // Without an address family, the socket would be a dual-mode IPv6 socket, which shows 127.0.0.1 as
            // ::ffff:127.0.0.1.
            socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, options.Port));

            // On Unix .NET sets SO_REUSEADDR in Bind, so it can only be cleared afterwards. Listen checks the port
            // again, without the option.
            if (!options.ReuseAddress)
                socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, false);
            long calledAt = Clock.Now;
            socket.Listen();    // the largest backlog that the system allows (listen(2), somaxconn)
            log.Listening(socket, calledAt);
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            throw new CommandException(BindErrors.Explain(e, address, options.Port, options.ReuseAddress));
        }

        if (!IPAddress.IsLoopback(address))
            log.Note(LogEventLevel.Warning, $"{address} is not loopback: other machines can reach this server");
        return socket;
    }
}
