using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Serilog.Events;
using TcpClose.Kernel;

namespace TcpClose.Events;

/// <summary>One connection: its two endpoints, when it began, and the kernel's state now.</summary>
public sealed class ObservedConnection
{
    private readonly Side _side;
    private readonly Socket _socket;
    private LogEventProperty[]? _names;
    private bool _connected, _closed, _gone;

    /// <summary>Observes a socket. <see cref="CaptureEndPoints"/> reads its endpoints.</summary>
    /// <param name="side">The socket's side.</param>
    /// <param name="socket">The socket.</param>
    /// <param name="target">The endpoint that it will connect to; null if it will not connect.</param>
    public ObservedConnection(Side side, Socket socket, IPEndPoint? target = null)
    {
        _side = side;
        _socket = socket;
        Remote = target;
        BeganAt = Clock.Now;
    }

    /// <summary>When the connection began for this process, on <see cref="Clock"/>.</summary>
    public long BeganAt { get; }

    /// <summary>Our endpoint; null if <see cref="CaptureEndPoints"/> has not read it.</summary>
    public IPEndPoint? Local { get; private set; }

    /// <summary>The peer's endpoint, or the endpoint to connect to. Null if it is unknown, as for a listener.</summary>
    public IPEndPoint? Remote { get; private set; }

    /// <summary>The properties that identify the connection in its events.</summary>
    internal LogEventProperty[] LogProperties => _names ??= CloseEvent.Properties(_side, Local, Remote);

    /// <summary>Reads the two endpoints while the kernel still has them.</summary>
    public void CaptureEndPoints()
    {
        _connected = true;
        _names = null;
        Local = TryGetEndPoint(static socket => socket.LocalEndPoint);
        Remote = TryGetEndPoint(static socket => socket.RemoteEndPoint);
    }

    /// <summary>Records that the descriptor is closed, so that <see cref="State"/> does not query it.</summary>
    public void MarkClosed() => _closed = true;

    /// <summary>
    /// Reads the state; null if it is unknown. If TCP_INFO reports CLOSED, or the descriptor is closed, the connection
    /// may be in TIME-WAIT. Then only Linux can look it up quickly; on other systems the state is unknown. A connection
    /// that the kernel has released is not looked up again, because its endpoints may belong to another connection by
    /// then.
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

    /// <summary>The connection's row in the kernel's table; slow on systems other than Linux.</summary>
    public KernelConnectionTable.Row? LookUp() =>
        Local is not null && Remote is not null ? KernelConnectionTable.Find(Local, Remote) : null;

    /// <summary>The peer's row in the kernel's table; null if unknown, as for a peer on another machine.</summary>
    public KernelConnectionTable.Row? LookUpPeer() =>
        Local is not null && Remote is not null
            && (IPAddress.IsLoopback(Remote.Address) || Remote.Address.Equals(Local.Address))
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
            return null;    // the peer's RST came first
        }
    }
}
