namespace TcpClose.Sockets;

/// <summary>
/// Which calls of a connection wait for the peer, and since when. Sending and receiving may wait at the same time; whatever makes
/// progress restarts the time. The connection's own calls write it; the inactivity timer reads it from another thread.
/// </summary>
internal struct PeerWait
{
    private volatile bool _sends, _receives;
    private long _since;

    /// <summary>Whether a <c>Send</c> waits for the peer to make room.</summary>
    public readonly bool Sends => _sends;

    /// <summary>Whether a <c>Receive</c> waits for the peer's bytes.</summary>
    public readonly bool Receives => _receives;

    /// <summary>When the wait began or last made progress (<see cref="Environment.TickCount64"/>); null while nothing waits.</summary>
    public long? Since => _sends || _receives ? Volatile.Read(ref _since) : null;

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

    /// <summary>Bytes have moved: the time restarts.</summary>
    public void Progress() => Volatile.Write(ref _since, Environment.TickCount64);
}
