using System.Net;
using System.Net.Sockets;
using TcpClose.Cli;
using TcpClose.Events;
using TcpClose.Kernel;
using TcpClose.Sockets;

namespace EchoClient.Running;

/// <summary>The active open: returns a connected socket, or explains in one sentence why it cannot.</summary>
internal static class Connector
{
    /// <summary>Connects to the first address of the host that answers.</summary>
    /// <exception cref="CommandException">No address answers.</exception>
    /// <exception cref="OperationCanceledException">The user interrupted.</exception>
    public static Task<ObservedSocket> OpenAsync(ClientOptions options, CloseLog log, CancellationToken stop) =>
        HostConnector.ConnectAsync(
            options.Host, options.Port, options.Timeout, server => ConnectAsync(server, options, log, stop), stop);

    private static async Task<ObservedSocket> ConnectAsync(
        IPEndPoint server, ClientOptions options, CloseLog log, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(options.Timeout);
        Socket? socket = null;
        try
        {
            // A socket created without an address family would be a dual-mode IPv6 socket, which shows 127.0.0.1 as
            // ::ffff:127.0.0.1.
            socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (options.LocalPort is int port)
            {
                bool isIPv4 = server.AddressFamily == AddressFamily.InterNetwork;
                socket.Bind(new IPEndPoint(isIPv4 ? IPAddress.Any : IPAddress.IPv6Any, port));
            }

            var observed = new ObservedSocket(
                socket, Side.Client, log, ReceiveBufferPool.OfSize(options.Buffer), server);
            await observed.ConnectAsync(server, limit.Token);
            return observed;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            bool isReset = e is SocketException refused && SocketErrors.IsRefusedByReset(socket!, refused);
            socket?.Dispose();
            stop.ThrowIfCancellationRequested();
            string why = e is SocketException error ? Explain(error, server, options)
                : $"{server} did not answer within {new Duration(options.Timeout)}: check the address, "
                    + "and whether a firewall drops packets; --timeout sets a longer wait.";
            throw isReset ? new ConnectionRefusedException(why) : new CommandException(why);
        }
    }

    private static string Explain(
        SocketException error, IPEndPoint server, ClientOptions options) => error.SocketErrorCode switch
        {
            SocketError.ConnectionRefused =>
                $"nothing listens on {server} (or a firewall rejects): "
                + $"start the server first, with {StartServer(options)}.",
            SocketError.AddressAlreadyInUse or SocketError.AddressNotAvailable when options.LocalPort is int port =>
                $"local port {port} is in use or still in TIME-WAIT: wait a minute, or omit --local-port.",
            SocketError.AccessDenied =>
                $"no permission to connect to {server}: "
                + "a local port below 1024 or a broadcast address needs privileges.",
            _ => HostConnector.Explain(error, server),
        };

    private static string StartServer(ClientOptions options)
    {
        var standard = new ClientOptions();
        string more = (options.Host == standard.Host ? "" : $" --host {options.Host}")
            + (options.Port == standard.Port ? "" : $" --port {options.Port}");
        return "dotnet run --project EchoServer" + (more == "" ? "" : " --" + more);
    }
}
