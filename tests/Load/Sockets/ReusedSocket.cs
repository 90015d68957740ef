namespace Load.Sockets;

/// <summary>
/// A socket of the kernel's, used for one connection after the other: a socket made anew each time costs this program a
/// quarter more. Three ways lead from a connection: letting go of it where it is over, closing, aborting.
/// </summary>
internal sealed unsafe class ReusedSocket
{
    private const int None = -1;

    /// <summary>Its number, where there is one.</summary>
    public int Descriptor { get; private set; } = None;

    public bool Exists => Descriptor != None;

    /// <summary>Whether the kernel says when there is room to send on it.</summary>
    public bool IsWatchedForRoom { get; set; }

    /// <summary>A new one begins.</summary>
    public void Begin(int descriptor) => (Descriptor, IsWatchedForRoom) = (descriptor, false);

    /// <summary>The kernel's state of its connection, as TCP_INFO has it.</summary>
    public int State()
    {
        byte* info = stackalloc byte[8];
        int length = 8;
        return Libc.GetOption(Descriptor, Libc.SolTcp, Libc.TcpInfo, info, &length) == 0 ? info[0] : 0;
    }

    /// <summary>
    /// Both FINs have been exchanged, and the connection goes on to TIME-WAIT by itself. The socket lets go of it and
    /// may connect again (connect(2), AF_UNSPEC): the wire is the same as behind a close.
    /// </summary>
    public void Disconnect()
    {
        const int SockaddrSize = 16;
        byte* nowhere = stackalloc byte[SockaddrSize];
        new Span<byte>(nowhere, SockaddrSize).Clear();
        if (Libc.Connect(Descriptor, nowhere, SockaddrSize) != 0) Close();
    }

    /// <summary>Gives the descriptor back.</summary>
    public void Close()
    {
        if (Exists) _ = Libc.Close(Descriptor);
        Descriptor = None;
    }

    /// <summary>Linger 0: a RST, so that the server does not wait for anything either.</summary>
    public void Abort()
    {
        long lingerForNothing = 1;
        _ = Libc.SetOption(Descriptor, Libc.SolSocket, Libc.SoLinger, &lingerForNothing, sizeof(long));
        Close();
    }
}
