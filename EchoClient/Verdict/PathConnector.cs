using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using EchoClient.Running;
using TcpClose.Cli;
using TcpClose.Events;
using TcpClose.Kernel;
using TcpClose.Sockets;

namespace EchoClient.Verdict;

/// <summary>The active open: a connected socket, or one sentence that says why there is none.</summary>
internal static class PathConnector
{
    /// <summary>Connects to the first address of the host that answers.</summary>
    /// <exception cref="CommandException">None does.</exception>
    /// <exception cref="OperationCanceledException">The user interrupted.</exception>
    public static async Task<Socket> OpenAsync(ClientOptions options, CloseLog log, CancellationToken stop)
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

    private static async Task<Socket> ConnectAsync(IPEndPoint server, ClientOptions options, CloseLog log, CancellationToken stop)
    {
        // The family is named: a socket without one would be IPv6 in dual mode, and print 127.0.0.1 as ::ffff:127.0.0.1.
        using var limit = new ProgressDeadline(options.Timeout, stop);
        Socket? socket = null;
        long calledAt = 0;
        try
        {
            socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (options.LocalPort is int port)
                socket.Bind(new IPEndPoint(server.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, port));

            calledAt = Clock.Now;
            await socket.ConnectAsync(server, limit.Token);
            // A client whose own port happens to be the server's connects to itself, where nothing listens
            // (a simultaneous open, RFC 9293 3.5, figure 7, with one party).
            if (socket.LocalEndPoint!.Equals(socket.RemoteEndPoint)) throw new SocketException((int)SocketError.ConnectionRefused);

            return socket;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // A RST has closed the connection; after a firewall's ICMP message Linux leaves it in SYN-SENT.
            bool reset = e is SocketException { SocketErrorCode: SocketError.ConnectionRefused } && SocketState.Read(socket!) == TcpState.Closed;

            socket?.Dispose();
            if (limit.Interrupted) throw new OperationCanceledException(stop);
            string why = Explain((e as SocketException)?.SocketErrorCode ?? SocketError.TimedOut, e, server, options);
            throw reset ? new ConnectionRefusedException(why) : new CommandException(why);
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
}
