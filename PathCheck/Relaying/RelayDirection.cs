using System.Net.Sockets;
using Serilog.Events;
using TcpClose.Events;
using TcpClose.Kernel;
using TcpClose.Sockets;

namespace PathCheck.Relaying;

/// <summary>Forwards one direction of a connection. Bytes, FIN and RST pass through its <see cref="Fault"/>.</summary>
/// <param name="sender">The side that sends in this direction.</param>
/// <param name="from">The connection with the sender.</param>
/// <param name="to">The connection with the receiver.</param>
/// <param name="fault">What to do with what arrives.</param>
/// <param name="idleTimeout">The maximum time that <see cref="StandStillAsync"/> keeps the connections open.</param>
internal sealed class RelayDirection(
    Side sender, ObservedSocket from, ObservedSocket to, Fault fault, TimeSpan idleTimeout)
{
    private static readonly TimeSpan
        EndInterval = TimeSpan.FromMilliseconds(50), StallInterval = TimeSpan.FromSeconds(0.5);

    private const int SmallBuffer = 16 * 1024;

    private readonly Lock _gate = new();
    private volatile bool _isOver, _isFinForwarded, _isSending, _isSilent;
    private Task? _reset;

    public Side Sender => sender;

    public ObservedSocket From => from;

    public ObservedSocket To => to;

    /// <summary>The opposite direction of the same connection.</summary>
    public RelayDirection Back { get; set; } = null!;

    /// <summary>The number of bytes that have arrived from the sender.</summary>
    public long Received { get; private set; }

    /// <summary>When bytes or the FIN last arrived, on <see cref="Clock"/>.</summary>
    public long LastArrivalAt { get; private set; } = Clock.Now;

    public bool IsFinRead => from.FinReadAt != 0;

    /// <summary>Whether forwarding waits for the receiver to make room.</summary>
    public bool IsSending => _isSending;

    /// <summary>Whether bytes, FIN and RST are discarded from now on.</summary>
    public bool IsSilent
    {
        get => _isSilent;
        set => _isSilent = value;
    }

    /// <summary>Forwards until the direction has ended.</summary>
    public async Task RunAsync()
    {
        try
        {
            fault.OnStart(this);
            await ReadToEndAsync();
        }
        catch (ConnectionEndedException)
        {
            await HandleEndAsync();
        }
        finally
        {
            _isOver = true;
        }
    }

    /// <summary>Makes the buffers small, so that the sender soon notices when nothing is forwarded.</summary>
    public void LimitBuffers()
    {
        from.LimitReceiveBuffer(SmallBuffer);
        to.LimitSendBuffer(SmallBuffer);
    }

    public async ValueTask ForwardAsync(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length == 0) return;
        ValueTask sending = to.SendAsync(bytes);
        _isSending = !sending.IsCompleted;
        await sending;
        _isSending = false;
    }

    /// <summary>Sends a FIN to the receiver, once.</summary>
    public void ForwardFin()
    {
        if (_isFinForwarded) return;
        _isFinForwarded = true;
        to.Shutdown(SocketShutdown.Send);
    }

    public void ForwardReset() => to.Abort($"the {sender.Name()}'s RST is forwarded");

    /// <summary>
    /// Ends both connections with a FIN. Close alone would send a RST, because a <c>Receive</c> is pending.
    /// </summary>
    public void CloseBoth()
    {
        ForwardFin();
        Back.ForwardFin();
        from.Dispose();
        to.Dispose();
    }

    /// <summary>Keeps the connections open without reading from the sender, at most for the idle time-out.</summary>
    /// <exception cref="ConnectionEndedException">
    /// Always: one of the connections has ended, or the idle time-out has expired.
    /// </exception>
    public async Task StandStillAsync()
    {
        for (long since = Clock.Now; Clock.Since(since) < idleTimeout;)
        {
            await from.DelayAsync(StallInterval);
            await to.DelayAsync(StallInterval);
        }

        from.Abort($"idle for {new Duration(idleTimeout)} (--idle-timeout)");
        throw new ConnectionEndedException(from.End!);
    }

    /// <summary>Logs what the fault does.</summary>
    public void Note(string what) => from.Log.Note(LogEventLevel.Warning, $"fault: {what}");

    private async Task ReadToEndAsync()
    {
        while (await from.ReceiveAsync() is { Length: > 0 } bytes)
        {
            Received += bytes.Length;
            LastArrivalAt = Clock.Now;
            if (!IsSilent) await fault.OnDataAsync(this, bytes);
        }

        LastArrivalAt = Clock.Now;
        if (IsSilent) await StandStillAsync();
        await fault.OnFinAsync(this);

        // No call waits for the sender any more, so its RST is noticed only by polling.
        while (!Back.IsFinRead && !Back._isOver) await from.DelayAsync(EndInterval);
    }

    // A connection has ended without a FIN. If its peer reset it, or the kernel gave up on it, the fault of the
    // direction from that peer handles this as a reset. If we ended it, we end the other one, too.
    private async Task HandleEndAsync()
    {
        if (IsEndedByPeer(from)) await HandleResetAsync();
        else if (IsEndedByPeer(to)) await Back.HandleResetAsync();
        else EndBoth();
        if (IsSilent && from.End is null) await DiscardAsync();
    }

    private static bool IsEndedByPeer(ObservedSocket socket) =>
        socket.End?.Kind is ConnectionEndKind.Reset or ConnectionEndKind.TimedOut;

    // Both directions may notice the same reset, which is handled once.
    private async Task HandleResetAsync()
    {
        if (IsSilent) return;
        try
        {
            Task handling;
            lock (_gate) handling = _reset ??= fault.OnResetAsync(this);
            await handling;
        }
        catch (ConnectionEndedException)
        {
            // The other connection has ended as well.
        }
    }

    private void EndBoth()
    {
        from.Abort("the relay has ended the other connection");
        to.Abort("the relay has ended the other connection");
    }

    // The other side's reset was not forwarded, so this sender may continue.
    private async Task DiscardAsync()
    {
        try
        {
            while ((await from.ReceiveAsync()).Length > 0)
                LastArrivalAt = Clock.Now;
        }
        catch (ConnectionEndedException)
        {
            // Reported by the owner of the socket.
        }
    }
}
