using System.Net.Sockets;
using TcpClose.Kernel;

namespace TcpClose.Sockets;

/// <summary>Counts the bytes and the FINs in each direction of a connection.</summary>
/// <remarks>Sending and receiving may run at the same time, so each direction writes its own fields.</remarks>
internal struct StreamProgress
{
    private const long NotQueued = long.MaxValue, Unknown = -1;

    private long _arrivedBeforeFin = NotQueued;
    private volatile bool _isFinQueued;

    public StreamProgress()
    {
    }

    /// <summary>The number of bytes that the kernel has accepted for sending.</summary>
    public long Sent { get; private set; }

    /// <summary>The number of bytes that have been received.</summary>
    public long Received { get; private set; }

    /// <summary>
    /// The number of received bytes that arrived after our FIN was queued; null if the kernel does not report it.
    /// </summary>
    public long? ReceivedAfterFin =>
        Volatile.Read(ref _arrivedBeforeFin) is var before and not Unknown ? Math.Max(0, Received - before) : null;

    /// <summary>When the end of the stream was read, on <see cref="Clock"/>; 0 until then.</summary>
    public long FinReadAt { get; private set; }

    public readonly bool IsFinRead => FinReadAt != 0;

    /// <summary>Whether <c>Shutdown(Send)</c> has been called.</summary>
    public readonly bool IsFinQueued => _isFinQueued;

    public void AddSent(int bytes) => Sent += bytes;

    /// <summary>Adds received bytes.</summary>
    /// <returns>Whether all of them arrived after our FIN was queued; false if unknown.</returns>
    public bool AddReceived(int bytes)
    {
        bool afterOurFin = Volatile.Read(ref _arrivedBeforeFin) is var before and not Unknown && Received >= before;
        Received += bytes;
        return afterOurFin;
    }

    public void MarkFinRead() => FinReadAt = Clock.Now;

    /// <summary>Records that our FIN is about to be queued.</summary>
    public void MarkFinQueued(Socket socket)
    {
        if (!IsFinRead) Volatile.Write(ref _arrivedBeforeFin, SocketState.ReceivedBytes(socket) ?? Unknown);
        _isFinQueued = true;
    }
}
