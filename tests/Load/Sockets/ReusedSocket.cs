namespace Load.Sockets;

/// <summary>
/// A socket descriptor that is reused for one connection after another. A new socket for each connection would cost
/// this program a quarter more CPU time.
/// </summary>
internal sealed unsafe class ReusedSocket
{
    private const int None = -1;

    /// <summary>The descriptor; -1 if there is none.</summary>
    public int Descriptor { get; private set; } = None;

    public bool Exists => Descriptor != None;

    /// <summary>Whether epoll reports when the socket becomes writable.</summary>
    public bool IsWatchedForRoom { get; set; }

    /// <summary>Begins to use a new descriptor.</summary>
    public void Begin(int descriptor) => (Descriptor, IsWatchedForRoom) = (descriptor, false);

    /// <summary>The connection's state in the kernel, as a number of TCP_INFO; 0 if unknown.</summary>
    public int State()
    {
        byte* info = stackalloc byte[8];
        int length = 8;
        return Libc.GetOption(Descriptor, Libc.SolTcp, Libc.TcpInfo, info, &length) == 0 ? info[0] : 0;
    }

    /// <summary>
    /// Detaches the socket from a connection after both FINs, so that it can connect again (connect(2), AF_UNSPEC). The
    /// connection enters TIME-WAIT, as after a close.
    /// </summary>
    public void Disconnect()
    {
        const int SockaddrSize = 16;
        byte* nowhere = stackalloc byte[SockaddrSize];
        new Span<byte>(nowhere, SockaddrSize).Clear();
        if (Libc.Connect(Descriptor, nowhere, SockaddrSize) != 0) Close();
    }

    /// <summary>Closes the descriptor.</summary>
    public void Close()
    {
        if (Exists) _ = Libc.Close(Descriptor);
        Descriptor = None;
    }

    /// <summary>Closes with a RST (linger 0), so that the server stops waiting, too.</summary>
    public void Abort()
    {
        long lingerForNothing = 1;    // struct linger: l_onoff 1, l_linger 0
        _ = Libc.SetOption(Descriptor, Libc.SolSocket, Libc.SoLinger, &lingerForNothing, sizeof(long));
        Close();
    }
}
