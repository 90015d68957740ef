using System.Net;
using System.Net.Sockets;
using TcpClose.Cli;

namespace Load.Sockets;

/// <summary>Creates sockets and connects them to the server. The sockets use the source addresses in turn.</summary>
internal sealed unsafe class Connector
{
    private const int SmallWindow = 4096, SmallSegment = 536;

    private readonly IPEndPoint _server;
    private readonly int _family;
    private readonly byte[] _address;
    private readonly byte[][] _sources;
    private long _made;

    /// <exception cref="CommandException">The source addresses cannot reach the server.</exception>
    public Connector(IPEndPoint server, int sourceAddresses)
    {
        if (sourceAddresses > 0
            && (server.AddressFamily != AddressFamily.InterNetwork || !IPAddress.IsLoopback(server.Address)))
            throw new CommandException(
                $"--source-addresses uses 127.0.0.0/8, which cannot reach {server.Address}: omit the option.");
        _server = server;
        _address = Raw(server);
        _family = _address[0];
        _sources = [.. Enumerable.Range(2, sourceAddresses)
            .Select(i => Raw(new IPEndPoint(new IPAddress([127, (byte)(i >> 16), (byte)(i >> 8), (byte)i]), 0)))];
    }

    /// <summary>The address and port of the server.</summary>
    public IPEndPoint Server => _server;

    /// <summary>
    /// Creates a socket. Its descriptor is -1 if that failed. A small window limits how much the server can send before
    /// this program reads.
    /// </summary>
    public Failure Open(bool smallWindow, out int socket)
    {
        socket = Libc.Socket(_family, Libc.SockStream | Libc.SockNonblock | Libc.SockCloexec, 0);
        if (socket < 0) return Failures.Of(Libc.Error);
        // The window and the segments must both be small: the server's kernel derives its send-buffer size from both.
        if (smallWindow)
        {
            Set(socket, Libc.SolSocket, Libc.SoRcvbuf, SmallWindow);
            Set(socket, Libc.SolTcp, Libc.TcpMaxseg, SmallSegment);
        }

        return TryBind(socket) ? Failure.None : Failures.Of(Libc.Error);
    }

    /// <summary>Starts to connect, without waiting for the handshake.</summary>
    public Failure Connect(int socket)
    {
        fixed (byte* address = _address)
            return Libc.Connect(socket, address, _address.Length) == 0 || Libc.Error == Libc.Einprogress
                ? Failure.None
                : Failures.Of(Libc.Error);
    }

    private bool TryBind(int socket)
    {
        if (_sources.Length == 0) return true;
        // Without this option, bind would reserve a port exclusively. With it, connect chooses a port that is unused
        // for this server.
        Set(socket, Libc.SolIp, Libc.IpBindAddressNoPort, 1);
        byte[] source = _sources[_made++ % _sources.Length];
        fixed (byte* address = source) return Libc.Bind(socket, address, source.Length) == 0;
    }

    private static void Set(int socket, int level, int name, int value) =>
        _ = Libc.SetOption(socket, level, name, &value, sizeof(int));

    // The address as the system's struct sockaddr_in or sockaddr_in6.
    private static byte[] Raw(IPEndPoint end)
    {
        SocketAddress address = end.Serialize();
        return address.Buffer[..address.Size].ToArray();
    }
}
