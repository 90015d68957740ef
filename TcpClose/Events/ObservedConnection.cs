using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Serilog.Events;
using TcpClose.Kernel;

namespace TcpClose.Events;

/// <summary>One connection as the log sees it: its two ends, when it began, and what the kernel says of it now.</summary>
public sealed class ObservedConnection
{
    private readonly Side _side;
    private readonly Socket _socket;
    private LogEventProperty[]? _names;
    private bool _connected, _closed, _gone;

    /// <summary>Begins to observe a socket. Its ends are known once <see cref="CaptureEndPoints"/> is called.</summary>
    /// <param name="side">Whose socket it is.</param>
    /// <param name="socket">The socket.</param>
    /// <param name="target">Where it is going to connect to, if that is known.</param>
    public ObservedConnection(Side side, Socket socket, IPEndPoint? target = null)
    {
        _side = side;
        _socket = socket;
        Remote = target;
        BeganAt = Clock.Now;
    }

    /// <summary>When the connection began for this process, on <see cref="Clock"/>.</summary>
    public long BeganAt { get; }

    /// <summary>Our end, once connected.</summary>
    public IPEndPoint? Local { get; private set; }

    /// <summary>The peer's end, or where we mean to connect to; null where it had gone before the kernel could say.</summary>
    public IPEndPoint? Remote { get; private set; }

    /// <summary>What names it in each of its events, made once.</summary>
    internal LogEventProperty[] LogProperties => _names ??= CloseEvent.Properties(_side, Local, Remote);

    /// <summary>Takes down the two ends, while the kernel still knows them.</summary>
    public void CaptureEndPoints()
    {
        _connected = true;
        _names = null;
        Local = TryGetEndPoint(static socket => socket.LocalEndPoint);
        Remote = TryGetEndPoint(static socket => socket.RemoteEndPoint);
    }

    /// <summary>From now on the descriptor is gone, and the kernel is asked by the two ends.</summary>
    public void MarkClosed() => _closed = true;

    /// <summary>
    /// The state now, or null where the kernel does not say. TCP_INFO answers while the connection lives. Its CLOSED
    /// may mean TIME-WAIT, so then the connection is looked up by its ends; where that cannot be done cheaply, the
    /// state is unknown. Where the kernel holds nothing of it any more, that is final, and it is not looked up again:
    /// its two ends may be another connection's by then.
    /// </summary>
    public TcpState? State()
    {
        if (_gone) return TcpState.Closed;
        TcpState? state = _closed ? null : SocketState.Read(_socket);
        if (state != TcpState.Closed && !_closed) return state;
        if (!_connected) return state;
        state = OperatingSystem.IsLinux() ? LookUp()?.State : null;
        _gone = state == TcpState.Closed;
        return state;
    }

    /// <summary>The connection's row in the kernel's table: slow where the system is not Linux.</summary>
    public KernelConnectionTable.Row? LookUp() =>
        Local is not null && Remote is not null ? KernelConnectionTable.Find(Local, Remote) : null;

    /// <summary>The peer's row in the kernel's table; null where the peer is on another machine.</summary>
    public KernelConnectionTable.Row? LookUpPeer() =>
        Local is not null && Remote is not null && (IPAddress.IsLoopback(Remote.Address) || Remote.Address.Equals(Local.Address))
            ? KernelConnectionTable.Find(Remote, Local)
            : null;

    private IPEndPoint? TryGetEndPoint(Func<Socket, EndPoint?> end)
    {
        try
        {
            return end(_socket) as IPEndPoint;
        }
        catch (SocketException)
        {
            return null;    // the peer's reset was faster than the question
        }
    }
}
