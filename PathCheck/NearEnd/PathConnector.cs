using System.Net;
using System.Net.Sockets;
using TcpClose.Cli;
using TcpClose.Kernel;

namespace PathCheck.NearEnd;

/// <summary>Opens the near end's connections to the path, or explains in one sentence why it cannot.</summary>
internal static class PathConnector
{
    /// <summary>Connects to the first of the host's addresses that accepts the connection.</summary>
    /// <exception cref="CommandException">The host is unknown, or no address accepts the connection.</exception>
    /// <exception cref="OperationCanceledException">The user interrupted.</exception>
    public static Task<Socket> ConnectAsync(PathCheckOptions options, CancellationToken stop) =>
        HostConnector.ConnectAsync(options.Host, options.Port, options.Timeout, ConnectAsync, Explain, stop);

    /// <summary>Connects to one address.</summary>
    internal static async Task<Socket> ConnectAsync(Socket socket, IPEndPoint path, CancellationToken limit)
    {
        await socket.ConnectAsync(path, limit);
        return SocketErrors.IsConnectedToItself(socket)
            ? throw new SocketException((int)SocketError.ConnectionRefused)
            : socket;
    }

    private static string? Explain(SocketException error, IPEndPoint path) => error.SocketErrorCode switch
    {
        SocketError.ConnectionRefused =>
            $"nothing listens on {path} (or a firewall rejects the connection): " +
            "start the relay there, and PathCheck serve at the far end.",
        SocketError.AccessDenied =>
            $"no permission to connect to {path}: a local rule forbids it.",
        _ => null,
    };
}
