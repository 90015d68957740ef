using System.Net;
using System.Net.Sockets;
using TcpClose.Cli;
using TcpClose.Events;
using TcpClose.Kernel;

namespace PathCheck.NearEnd;

/// <summary>Opens connections to the near end of the path, or explains in one sentence why that failed.</summary>
internal static class PathConnector
{
    /// <summary>Connects to the first address of the host that answers.</summary>
    /// <exception cref="CommandException">No address answers.</exception>
    /// <exception cref="OperationCanceledException">The user interrupted.</exception>
    public static Task<Socket> ConnectAsync(PathCheckOptions options, CancellationToken stop) =>
        HostConnector.ConnectAsync(
            options.Host, options.Port, options.Timeout, path => ConnectAsync(path, options, stop), stop);

    private static async Task<Socket> ConnectAsync(IPEndPoint path, PathCheckOptions options, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(options.Timeout);

        // Without an address family the socket would be IPv6 in dual mode, and print 127.0.0.1 as ::ffff:127.0.0.1.
        var socket = new Socket(path.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        string problem;
        try
        {
            await socket.ConnectAsync(path, limit.Token);
            if (!socket.LocalEndPoint!.Equals(socket.RemoteEndPoint)) return socket;

            // Our own port happened to be the path's, so we have connected to ourselves (RFC 9293 3.5, figure 7).
            problem = NothingListens(options);
        }
        catch (SocketException e)
        {
            problem = SocketErrors.IsRefusedByReset(socket, e) ? NothingListens(options) : Explain(e, path);
        }
        catch (OperationCanceledException)
        {
            problem = $"{path} did not answer within {new Duration(options.Timeout)}: " +
                "check the address and the firewall, or wait longer with --timeout.";
        }

        socket.Dispose();
        stop.ThrowIfCancellationRequested();
        throw new CommandException(problem);
    }

    private static string NothingListens(PathCheckOptions options) =>
        $"nothing listens on {options.Host}:{options.Port} (or a firewall rejects the connection): " +
        "start the relay there, and PathCheck serve behind it.";

    private static string Explain(SocketException error, IPEndPoint path) => error.SocketErrorCode switch
    {
        SocketError.ConnectionRefused =>
            $"a firewall rejects connections to {path}: check the address and the firewall.",
        SocketError.AccessDenied =>
            $"no permission to connect to {path}: check that it is not a broadcast address.",
        _ => HostConnector.Explain(error, path),
    };
}
