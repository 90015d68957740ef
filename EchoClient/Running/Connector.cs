using System.Net;
using System.Net.NetworkInformation;
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
    public static async Task<ObservedSocket> OpenAsync(ClientOptions options, CloseLog log, CancellationToken stop)
    {
        IPAddress[] addresses = await HostResolver.ResolveAsync(options.Host, options.Timeout, stop);
        for (int i = 0; ; i++)
        {
            try
            {
                return await ConnectAsync(new IPEndPoint(addresses[i], options.Port), options, log, stop);
            }
            catch (CommandException) when (i + 1 < addresses.Length)
            {
                // The name has further addresses.
            }
        }
    }

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
            bool isReset = e is SocketException { SocketErrorCode: SocketError.ConnectionRefused } && SocketState.Read(socket!) == TcpState.Closed;
            socket?.Dispose();
            stop.ThrowIfCancellationRequested();
            string why = Explain((e as SocketException)?.SocketErrorCode ?? SocketError.TimedOut, e, server, options);
            throw isReset ? new ConnectionRefusedException(why) : new CommandException(why);
        }
    }

    private static string Explain(SocketError code, Exception error, IPEndPoint server, ClientOptions options) => code switch
    {
        SocketError.ConnectionRefused =>
            $"nothing listens on {server} (or a firewall rejects): start the server first, with {StartServer(options)}.",
        SocketError.ConnectionReset => $"{server} took the connection and reset it at once: it is being stopped, or it is a relay without a server; try again.",
        SocketError.TimedOut when error is SocketException =>
            $"{server} has not answered, and the system has given up: check the address, or a firewall that drops.",
        SocketError.TimedOut =>
            $"{server} has not answered within {new Duration(options.Timeout)}: check the address, or a firewall that drops; --timeout waits longer.",
        SocketError.AddressAlreadyInUse or SocketError.AddressNotAvailable when options.LocalPort is int port =>
            $"the local port {port} is in use, or still in TIME-WAIT: wait a minute, or leave --local-port out.",
        SocketError.AddressNotAvailable when !HasAddressFor(server) =>
            $"this machine has no address from which {server} could be reached{(server.AddressFamily == AddressFamily.InterNetworkV6 ? " (IPv6 may be off)" : "")}: give another address.",
        SocketError.AddressNotAvailable => "no local port is free: too many connections are open or in TIME-WAIT; wait a minute.",
        SocketError.AccessDenied => $"no permission to connect to {server}: a local port below 1024 or a broadcast address needs rights.",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable => $"there is no way to {server}: check the address and the network.",
        SocketError.AddressFamilyNotSupported => $"this machine does not speak the address family of {server}: give another address.",
        _ => $"cannot connect to {server}: {error.Message.TrimEnd('.')}.",
    };

    private static string StartServer(ClientOptions options)
    {
        var standard = new ClientOptions();
        string more = (options.Host == standard.Host ? "" : $" --host {options.Host}") + (options.Port == standard.Port ? "" : $" --port {options.Port}");
        return "dotnet run --project EchoServer" + (more == "" ? "" : " --" + more);
    }

    // UDP has ports of its own: if it cannot connect either, it is the address that is missing.
    private static bool HasAddressFor(IPEndPoint server)
    {
        try
        {
            using var probe = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            probe.Connect(server);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
