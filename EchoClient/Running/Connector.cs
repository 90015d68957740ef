using System.Net;
using System.Net.Sockets;
using TcpClose.Cli;
using TcpClose.Events;
using TcpClose.Sockets;

namespace EchoClient.Running;

/// <summary>The active open: connects, or explains in one sentence why not.</summary>
internal static class Connector
{
    /// <summary>Connects to the first of the host's addresses that accepts the connection.</summary>
    /// <exception cref="CommandException">The host is unknown, or no address accepts the connection.</exception>
    /// <exception cref="OperationCanceledException">The user interrupted.</exception>
    public static Task<ObservedSocket> OpenAsync(ClientOptions options, CloseLog log, CancellationToken stop) =>
        HostConnector.ConnectAsync(
            options.Host, options.Port, options.Timeout,
            (socket, server, limit) => ConnectAsync(socket, server, options, log, limit),
            (error, server) => Explain(error, server, options), stop);

    private static async Task<ObservedSocket> ConnectAsync(
        Socket socket, IPEndPoint server, ClientOptions options, CloseLog log, CancellationToken limit)
    {
        if (options.LocalPort is int port)
        {
            bool isIPv4 = server.AddressFamily == AddressFamily.InterNetwork;
            socket.Bind(new IPEndPoint(isIPv4 ? IPAddress.Any : IPAddress.IPv6Any, port));
        }

        var observed = new ObservedSocket(socket, Side.Client, log, ReceiveBufferPool.OfSize(options.Buffer), server);
        await observed.ConnectAsync(server, limit);
        return observed;
    }

    private static string? Explain(
        SocketException error, IPEndPoint server, ClientOptions options) => error.SocketErrorCode switch
        {
            SocketError.ConnectionRefused =>
                $"nothing listens on {server} (or a firewall rejects it): "
                + $"start the server first, with {StartServer(options)}.",
            SocketError.AddressAlreadyInUse or SocketError.AddressNotAvailable when options.LocalPort is int port =>
                $"local port {port} is in use or still in TIME-WAIT: wait a minute, or omit --local-port.",
            SocketError.AccessDenied =>
                $"no permission to connect to {server}: "
                + "a local port below 1024 needs privileges, and a local rule may forbid the connection.",
            _ => null,
        };

    private static string StartServer(ClientOptions options)
    {
        var standard = new ClientOptions();
        string more = (options.Host == standard.Host ? "" : $" --host {options.Host}")
            + (options.Port == standard.Port ? "" : $" --port {options.Port}");
        return "dotnet run --project EchoServer" + (more == "" ? "" : " --" + more);
    }
}
