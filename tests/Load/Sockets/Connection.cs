namespace Load.Sockets;

/// <summary>
/// One connection: its socket, its progress, and its limits, which a <see cref="Workloads.Workload"/> sets. The echo is
/// compared with the sent bytes as it arrives. When the connection has ended, the object is reused for the next one.
/// </summary>
internal sealed unsafe class Connection(int number)
{
    /// <summary>The maximum number of bytes that one call reads.</summary>
    private const int MaxReceive = 256 * 1024;

    // All connections use the same buffer, because the only thread reads one connection at a time.
    private static readonly byte* Buffer = (byte*)System.Runtime.InteropServices.NativeMemory.Alloc(MaxReceive);

    private long _beginning;

    public int Number => number;

    public ReusedSocket Socket { get; } = new();

    /// <summary>Whether the connection has begun and has not yet ended.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>The number of bytes sent.</summary>
    public long Sent { get; private set; }

    /// <summary>The number of bytes received.</summary>
    public long Received { get; private set; }

    /// <summary>Whether the FIN is queued: <c>shutdown</c> was called.</summary>
    public bool FinQueued { get; private set; }

    /// <summary>The number of bytes that may be sent so far. Set by the workload.</summary>
    public long SendLimit { get; set; }

    /// <summary>Whether a FIN follows the bytes up to <see cref="SendLimit"/>. Set by the workload.</summary>
    public bool Finishes { get; set; }

    /// <summary>Whether reading is paused. Set by the workload.</summary>
    public bool IsPaused { get; set; }

    /// <summary>The time at which it began to connect, in nanoseconds.</summary>
    public long OpenedAt { get; private set; }

    /// <summary>The time at which the current message was sent, in nanoseconds.</summary>
    public long MessageAt { get; set; }

    /// <summary>The time of the last progress, from which the time-out counts, in nanoseconds.</summary>
    public long MovedAt { get; private set; }

    /// <summary>Whether the handshake is known to be complete.</summary>
    public bool IsConnected { get; set; }

    /// <summary>Whether the connection no longer delays the beginning of the hold. Set by the workload.</summary>
    public bool IsSettled { get; set; }

    /// <summary>Whether bytes or a FIN still have to be sent.</summary>
    public bool IsBlocked => Sent < SendLimit || (Finishes && !FinQueued);

    /// <summary>Whether this is the first connection of this object and still counts as unanswered.</summary>
    public bool IsFirst { get; set; } = true;

    /// <summary>Begins a new connection.</summary>
    /// <param name="serial">The serial number of the connection in this run.</param>
    /// <param name="now">The current time, in nanoseconds.</param>
    public void Begin(long serial, long now)
    {
        IsOpen = true;
        _beginning = PayloadBytes.BeginningOf(serial);
        (Sent, Received, SendLimit) = (0, 0, 0);
        FinQueued = Finishes = IsPaused = IsConnected = IsSettled = false;
        OpenedAt = MovedAt = now;
    }

    /// <summary>
    /// Sends the bytes up to <see cref="SendLimit"/>, and then queues the FIN if <see cref="Finishes"/> is set. Returns
    /// earlier if the kernel accepts no more bytes.
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
            // The kernel accepted only a part: its buffer is full, and epoll reports when there is room again.
            if (taken < part) return Failure.None;
        }

        // In SYN-SENT, shutdown would abort the attempt to connect.
        if (!Finishes || FinQueued || !IsConnected) return Failure.None;
        if (Libc.Shutdown(Socket.Descriptor, Libc.ShutWr) != 0) return Failures.Of(Libc.Error);
        FinQueued = true;
        return Failure.None;
    }

    /// <summary>Reads the bytes that have arrived, and compares them with the sent bytes.</summary>
    /// <param name="toTheEnd">Whether the end of stream, or an error, is known to follow these bytes.</param>
    /// <param name="now">The current time, in nanoseconds.</param>
    /// <param name="ended">Whether the end of stream was read.</param>
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
            // The buffer was not filled: everything that has arrived is read, and epoll reports the next bytes.
            if (received < MaxReceive && !toTheEnd) return Failure.None;
        }
    }

    /// <summary>Restarts the time-out.</summary>
    public void Touch(long now) => MovedAt = now;

    /// <summary>Marks the connection as ended. The caller closes, aborts or disconnects the socket.</summary>
    public void End() => IsOpen = false;
}
