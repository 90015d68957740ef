namespace Load.Sockets;

/// <summary>
/// One connection: its socket, its progress, and the limits that a <see cref="Workloads.Workload"/> sets. It compares
/// the echo with the sent bytes. The object is reused for the next connection.
/// </summary>
internal sealed unsafe class Connection(int number)
{
    /// <summary>The maximum number of bytes that one call reads.</summary>
    private const int MaxReceive = 256 * 1024;

    // All connections share this buffer, because there is only one thread.
    private static readonly byte* Buffer = (byte*)System.Runtime.InteropServices.NativeMemory.Alloc(MaxReceive);

    private long _beginning;

    public int Number => number;

    public ReusedSocket Socket { get; } = new();

    /// <summary>Whether the connection has begun and not ended.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>The number of bytes sent.</summary>
    public long Sent { get; private set; }

    /// <summary>The number of bytes received.</summary>
    public long Received { get; private set; }

    /// <summary>Whether the FIN is queued: <c>shutdown</c> was called.</summary>
    public bool FinQueued { get; private set; }

    /// <summary>The number of bytes that may be sent so far.</summary>
    public long SendLimit { get; set; }

    /// <summary>Whether a FIN follows the bytes up to <see cref="SendLimit"/>.</summary>
    public bool Finishes { get; set; }

    /// <summary>Whether reading is paused.</summary>
    public bool IsPaused { get; set; }

    /// <summary>When the connection began, in nanoseconds.</summary>
    public long OpenedAt { get; private set; }

    /// <summary>When the current message was sent, in nanoseconds.</summary>
    public long MessageAt { get; set; }

    /// <summary>The time of the last progress, in nanoseconds.</summary>
    public long MovedAt { get; private set; }

    /// <summary>Whether the handshake is known to be complete.</summary>
    public bool IsConnected { get; set; }

    /// <summary>Whether the connection no longer delays the start of the hold.</summary>
    public bool IsSettled { get; set; }

    /// <summary>Whether bytes or a FIN still have to be sent.</summary>
    public bool IsBlocked => Sent < SendLimit || (Finishes && !FinQueued);

    /// <summary>Whether this is the first connection of this object and still counts as unanswered.</summary>
    public bool IsFirst { get; set; } = true;

    /// <summary>Begins a new connection with this serial number. <paramref name="now"/> is in nanoseconds.</summary>
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
    /// early if the kernel's buffer is full.
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
            // The kernel's buffer is full. epoll reports when there is room again.
            if (taken < part) return Failure.None;
        }

        // In SYN-SENT, shutdown would abort the attempt to connect.
        if (!Finishes || FinQueued || !IsConnected) return Failure.None;
        if (Libc.Shutdown(Socket.Descriptor, Libc.ShutWr) != 0) return Failures.Of(Libc.Error);
        FinQueued = true;
        return Failure.None;
    }

    /// <summary>
    /// Reads the bytes that have arrived, and compares them with the sent bytes. <paramref name="toTheEnd"/> means that
    /// the end of stream or an error follows them.
    /// </summary>
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
            // The buffer was not filled, so everything is read. epoll reports the next bytes.
            if (received < MaxReceive && !toTheEnd) return Failure.None;
        }
    }

    /// <summary>Restarts the time-out.</summary>
    public void Touch(long now) => MovedAt = now;

    /// <summary>Marks the connection as ended. The caller closes, aborts or disconnects the socket.</summary>
    public void End() => IsOpen = false;
}
