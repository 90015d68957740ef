using System.Net.Sockets;
using TcpClose.Kernel;

namespace TcpClose.Sockets;

/// <summary>The bytes and the FINs that have passed in either direction of a connection.</summary>
/// <remarks>
/// The calls that send and those that receive may run at the same time: each direction writes its own
/// fields.
/// </remarks>
internal struct StreamProgress
{
    private const long NotQueued = long.MaxValue, Unknown = -1;

    private long _arrivedBeforeFin = NotQueued;
    private volatile bool _isFinQueued;

    public StreamProgress()
    {
    }

    /// <summary>The number of bytes that the kernel has taken to send.</summary>
    public long Sent { get; private set; }

    /// <summary>The number of bytes that have been received.</summary>
    public long Received { get; private set; }

    /// <summary>
    /// How many of them arrived after our FIN was queued, even if the program read the others later; null if the kernel
    /// gave no number.
    /// </summary>
    public long? ReceivedAfterFin =>
        Volatile.Read(ref _arrivedBeforeFin) is var before and not Unknown ? Math.Max(0, Received - before) : null;

    /// <summary>When the end of the stream was read, on <see cref="Clock"/>; 0 before.</summary>
    public long FinReadAt { get; private set; }

    public readonly bool IsFinRead => FinReadAt != 0;

    /// <summary>Whether <c>Shutdown(Send)</c> has been called.</summary>
    public readonly bool IsFinQueued => _isFinQueued;

    public void AddSent(int bytes) => Sent += bytes;

    /// <summary>Adds received bytes.</summary>
    /// <returns>Whether they arrived after our FIN.</returns>
    public bool AddReceived(int bytes)
    {
        bool afterOurFin = Volatile.Read(ref _arrivedBeforeFin) is var before and not Unknown && Received >= before;
        Received += bytes;
        return afterOurFin;
    }

    public void MarkFinRead() => FinReadAt = Clock.Now;

    /// <summary>Our FIN is about to be queued: what the kernel has received so far came before it.</summary>
    public void MarkFinQueued(Socket socket)
    {
        if (!IsFinRead) Volatile.Write(ref _arrivedBeforeFin, SocketState.ReceivedBytes(socket) ?? Unknown);
        _isFinQueued = true;
    }
}
