using System.Net.Sockets;
using TcpClose.Kernel;

namespace TcpClose.Sockets;

/// <summary>
/// Tracks which calls of a connection wait for the peer, and since when. Progress in either direction restarts the
/// time. The inactivity timer checks the time on another thread.
/// </summary>
internal struct PeerWait
{
    private volatile bool _sends, _receives;
    private long _since, _sendProgress;

    /// <summary>Whether a <c>Send</c> waits for the peer to make room.</summary>
    public readonly bool Sends => _sends;

    /// <summary>Whether a <c>Receive</c> waits for the peer's bytes.</summary>
    public readonly bool Receives => _receives;

    public void BeginSend()
    {
        Progress();
        _sends = true;
    }

    public void BeginReceive()
    {
        Progress();
        _receives = true;
    }

    public void EndSend()
    {
        _sends = false;
        Progress();
    }

    public void EndReceive()
    {
        _receives = false;
        Progress();
    }

    /// <summary>Restarts the time.</summary>
    public void Progress() => Volatile.Write(ref _since, Environment.TickCount64);

    /// <summary>Whether a call has waited for the peer without progress for <paramref name="limit"/>.</summary>
    public bool IsOverdue(Socket socket, TimeSpan limit)
    {
        if (!_sends && !_receives) return false;
        if (_sends && SocketState.SendProgress(socket) is { } progress && progress != _sendProgress)
        {
            _sendProgress = progress;
            Progress();
            return false;
        }

        if (Environment.TickCount64 - Volatile.Read(ref _since) < limit.TotalMilliseconds) return false;

        // If our process was paused, the peer may have been in time. Then the socket is ready.
        try
        {
            bool isReady = (_receives && socket.Poll(0, SelectMode.SelectRead))
                || (_sends && socket.Poll(0, SelectMode.SelectWrite));
            return !isReady;
        }
        catch (ObjectDisposedException)
        {
            return false;    // the connection ended at the same moment
        }
    }
}
