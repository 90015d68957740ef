using System.Net;
using System.Net.Sockets;
using TcpClose.Cli;
using TcpClose.Events;
using TcpClose.Kernel;
using TcpClose.Sockets;

namespace EchoClient.Running;

/// <summary>The active open: a connected socket, or one sentence that says why there is none.</summary>
internal static class Connector
{
    /// <summary>Connects to the first address of the host that answers.</summary>
    /// <exception cref="CommandException">None does.</exception>
    /// <exception cref="OperationCanceledException">The user interrupted.</exception>
    public static Task<ObservedSocket> OpenAsync(ClientOptions options, CloseLog log, CancellationToken stop) =>
        HostConnector.ConnectAsync(
            options.Host, options.Port, options.Timeout, server => ConnectAsync(server, options, log, stop), stop);

    private static async Task<ObservedSocket> ConnectAsync(IPEndPoint server, ClientOptions options, CloseLog log, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(options.Timeout);
        Socket? socket = null;
        try
        {
            // The family is named: a socket without one would be IPv6 in dual mode, and print 127.0.0.1 as ::ffff:127.0.0.1.
            socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (options.LocalPort is int port)
                socket.Bind(new IPEndPoint(server.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, port));
            var observed = new ObservedSocket(socket, Side.Client, log, ReceiveBufferPool.OfSize(options.Buffer), server);
            await observed.ConnectAsync(server, limit.Token);
            return observed;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            bool isReset = e is SocketException refused && SocketErrors.IsRefusedByReset(socket!, refused);
            socket?.Dispose();
            stop.ThrowIfCancellationRequested();
            string why = e is SocketException error ? Explain(error, server, options)
                : $"{server} has not answered within {new Duration(options.Timeout)}: check the address, or a firewall that drops; --timeout waits longer.";
            throw isReset ? new ConnectionRefusedException(why) : new CommandException(why);
        }
    }

    private static string Explain(SocketException error, IPEndPoint server, ClientOptions options) => error.SocketErrorCode switch
    {
        SocketError.ConnectionRefused =>
            $"nothing listens on {server} (or a firewall rejects): start the server first, with {StartServer(options)}.",
        SocketError.AddressAlreadyInUse or SocketError.AddressNotAvailable when options.LocalPort is int port =>
            $"the local port {port} is in use, or still in TIME-WAIT: wait a minute, or leave --local-port out.",
        SocketError.AccessDenied =>
            $"no permission to connect to {server}: a local port below 1024 or a broadcast address needs rights.",
        _ => HostConnector.Explain(error, server),
    };

    private static string StartServer(ClientOptions options)
    {
        var standard = new ClientOptions();
        string more = (options.Host == standard.Host ? "" : $" --host {options.Host}") + (options.Port == standard.Port ? "" : $" --port {options.Port}");
        return "dotnet run --project EchoServer" + (more == "" ? "" : " --" + more);
    }
}
