using System.Net;
using System.Net.Sockets;
using TcpClose.Cli;

namespace Load.Sockets;

/// <summary>
/// Makes sockets that connect to the server, each from the next of our own addresses where several were asked for.
/// </summary>
internal sealed unsafe class Connector
{
    private const int SmallWindow = 4096, SmallSegment = 536;

    private readonly IPEndPoint _server;
    private readonly int _family;
    private readonly byte[] _address;
    private readonly byte[][] _sources;
    private long _made;

    /// <param name="server">The server.</param>
    /// <param name="sourceAddresses">So many of our own addresses are used, from 127.0.0.2 on; 0 for the kernel's
    /// choice.</param>
    /// <exception cref="CommandException">The server is not at an address of 127.0.0.0/8, and own ones were asked
    /// for.</exception>
    public Connector(IPEndPoint server, int sourceAddresses)
    {
        if (sourceAddresses > 0
            && (server.AddressFamily != AddressFamily.InterNetwork || !IPAddress.IsLoopback(server.Address)))
            throw new CommandException($"--source-addresses are addresses of 127.0.0.0/8, and {server.Address} is not "
                + "reached from there: leave it out.");
        _server = server;
        _address = Raw(server);
        _family = _address[0];
        _sources = [.. Enumerable.Range(2, sourceAddresses)
            .Select(i => Raw(new IPEndPoint(new IPAddress([127, (byte)(i >> 16), (byte)(i >> 8), (byte)i]), 0)))];
    }

    /// <summary>The server.</summary>
    public IPEndPoint Server => _server;

    /// <summary>Makes a socket.</summary>
    /// <param name="smallWindow">The server shall not be able to send much before we read.</param>
    /// <param name="socket">The socket; -1 where there is none.</param>
    public Failure Open(bool smallWindow, out int socket)
    {
        socket = Libc.Socket(_family, Libc.SockStream | Libc.SockNonblock | Libc.SockCloexec, 0);
        if (socket < 0) return Failures.Of(Libc.Error);
        // A small window, and small segments, for the server's kernel measures its own buffer by them.
        if (smallWindow)
        {
            Set(socket, Libc.SolSocket, Libc.SoRcvbuf, SmallWindow);
            Set(socket, Libc.SolTcp, Libc.TcpMaxseg, SmallSegment);
        }

        return TryBind(socket) ? Failure.None : Failures.Of(Libc.Error);
    }

    /// <summary>Begins to connect.</summary>
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
        // Otherwise bind would take a port for itself alone; connect needs one that is free towards this server only.
        Set(socket, Libc.SolIp, Libc.IpBindAddressNoPort, 1);
        byte[] source = _sources[_made++ % _sources.Length];
        fixed (byte* address = source) return Libc.Bind(socket, address, source.Length) == 0;
    }

    private static void Set(int socket, int level, int name, int value) =>
        _ = Libc.SetOption(socket, level, name, &value, sizeof(int));

    // struct sockaddr_in or sockaddr_in6, as the system has it.
    private static byte[] Raw(IPEndPoint end)
    {
        SocketAddress address = end.Serialize();
        return address.Buffer[..address.Size].ToArray();
    }
}
