namespace Load.Sockets;

/// <summary>
/// One connection: its socket, how far it has come, and how far it may go. A <see cref="Workloads.Workload"/> decides
/// the latter; whatever comes back is compared with what was sent as it comes. When it is over the next one takes its
/// place, in the same object.
/// </summary>
internal sealed unsafe class Connection(int number)
{
    /// <summary>The maximum number of bytes that one call reads.</summary>
    private const int MaxReceive = 256 * 1024;

    // One thread, one connection at a time: one buffer serves all.
    private static readonly byte* Buffer = (byte*)System.Runtime.InteropServices.NativeMemory.Alloc(MaxReceive);

    private long _beginning;

    public int Number => number;

    public ReusedSocket Socket { get; } = new();

    /// <summary>Whether a life cycle is under way.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>The bytes that were sent, and those that have come back.</summary>
    public long Sent { get; private set; }

    public long Received { get; private set; }

    /// <summary>Whether our FIN is queued.</summary>
    public bool FinQueued { get; private set; }

    /// <summary>Set by the workload: the number of bytes that may be sent by now.</summary>
    public long SendLimit { get; set; }

    /// <summary>Set by the workload: our FIN follows the last of these bytes.</summary>
    public bool Finishes { get; set; }

    /// <summary>Set by the workload: nothing is read for now.</summary>
    public bool IsPaused { get; set; }

    /// <summary>When it began to connect, when its message was sent, when it last moved, in nanoseconds.</summary>
    public long OpenedAt { get; private set; }

    public long MessageAt { get; set; }

    public long MovedAt { get; private set; }

    /// <summary>Whether the handshake is known to be over.</summary>
    public bool IsConnected { get; set; }

    /// <summary>Set by the workload: the connection is in the state in which it is held.</summary>
    public bool IsSettled { get; set; }

    /// <summary>Whether it has something to send, or to finish, and cannot yet.</summary>
    public bool IsBlocked => Sent < SendLimit || (Finishes && !FinQueued);

    /// <summary>Whether it is the first one in its place, and has had no byte yet.</summary>
    public bool IsFirst { get; set; } = true;

    /// <summary>A life cycle begins.</summary>
    /// <param name="serial">Which it is, of all there were.</param>
    /// <param name="now">The time.</param>
    public void Begin(long serial, long now)
    {
        IsOpen = true;
        _beginning = PayloadBytes.BeginningOf(serial);
        (Sent, Received, SendLimit) = (0, 0, 0);
        FinQueued = Finishes = IsPaused = IsConnected = IsSettled = false;
        OpenedAt = MovedAt = now;
    }

    /// <summary>
    /// Sends what it may, as long as the kernel takes it, and then, if the workload has finished, queues our FIN.
    /// </summary>
    public Failure Send(int maxSend, long now)
    {
        while (Sent < SendLimit)
        {
            nint part = (nint)Math.Min(SendLimit - Sent, maxSend);
            nint taken = Libc.Send(Socket.Descriptor, PayloadBytes.At(_beginning + Sent), part, Libc.MsgNosignal);
            if (taken < 0) return Libc.Error is Libc.Eagain or Libc.Eintr ? Failure.None : Failures.Of(Libc.Error);
            Sent += taken;
            MovedAt = now;
            IsConnected = true;
            // Less than we gave: its buffer is full, and it says when there is room again.
            if (taken < part) return Failure.None;
        }

        // In SYN-SENT Shutdown would end the attempt to connect.
        if (!Finishes || FinQueued || !IsConnected) return Failure.None;
        if (Libc.Shutdown(Socket.Descriptor, Libc.ShutWr) != 0) return Failures.Of(Libc.Error);
        FinQueued = true;
        return Failure.None;
    }

    /// <summary>Reads what has come, and compares it.</summary>
    /// <param name="toTheEnd">The end of stream is known to lie behind it.</param>
    /// <param name="now">The time.</param>
    /// <param name="ended">Whether it was met.</param>
    public Failure Receive(bool toTheEnd, long now, out bool ended)
    {
        ended = false;
        while (true)
        {
            nint received = Libc.Receive(Socket.Descriptor, Buffer, MaxReceive, 0);
            if (received < 0) return Libc.Error is Libc.Eagain or Libc.Eintr ? Failure.None : Failures.Of(Libc.Error);
            if (received == 0)
            {
                ended = true;
                return Received < Sent ? Failure.Short : FinQueued ? Failure.None : Failure.Early;
            }

            if (Received + received > Sent) return Failure.TooLong;
            if (!new ReadOnlySpan<byte>(Buffer, (int)received)
                .SequenceEqual(new(PayloadBytes.At(_beginning + Received), (int)received))) return Failure.Altered;
            Received += received;
            MovedAt = now;
            // Less than we asked for: that was all, and the kernel says when there is more.
            if (received < MaxReceive && !toTheEnd) return Failure.None;
        }
    }

    /// <summary>Its time-out begins anew.</summary>
    public void Touch(long now) => MovedAt = now;

    /// <summary>Its life cycle is over, well or not; the socket is dealt with apart.</summary>
    public void End() => IsOpen = false;
}
