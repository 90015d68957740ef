using System.Net.NetworkInformation;
using System.Net.Sockets;
using TcpClose.Kernel;
using TcpClose.Sockets;

namespace EchoClient.Running;

/// <summary>
/// Sends and receives within the limit, compares what comes, and remembers which call failed first. What is called when
/// stands in <see cref="ActiveClose"/> and in <c>Acts</c>.
/// </summary>
internal sealed class EchoExchange(Socket socket, EchoVerifier echo, int bufferSize, CloseLog log, InactivityTimeout limit)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    private readonly byte[] _sendBuffer = new byte[bufferSize], _receiveBuffer = new byte[bufferSize];
    private long _arrivedBeforeFin = long.MaxValue;

    /// <summary>What has come back so far.</summary>
    public EchoVerifier Echo { get; } = echo;

    /// <summary>How many bytes the kernel has taken to send.</summary>
    public long Sent { get; private set; }

    /// <summary>The call that failed first, when it was made, and how.</summary>
    public (string Call, long CalledAt, SocketException Error)? FirstFailure { get; private set; }

    /// <summary>When the end of stream was read, on <see cref="Clock"/>.</summary>
    public long EndedAt { get; private set; }

    /// <summary>Hands a whole message to the kernel.</summary>
    public async Task SendAsync(Payload message)
    {
        for (long position = 0; position < message.Length;)
        {
            Memory<byte> part = _sendBuffer.AsMemory(0, (int)Math.Min(bufferSize, message.Length - position));
            message.Fill(part.Span, position);
            long calledAt = Clock.Now;
            int count = await CallAsync("Send", calledAt, socket.SendAsync(part, limit.Token));
            log.Sent(calledAt, part.Span[..count]);
            position += count;
            Sent += count;
        }
    }

    /// <summary>No limit any more: the scenario is to wait for the server's.</summary>
    public void WaitForEver() => limit.Disable();

    /// <summary>Waits until our kernel has nothing to do any more for the closed connection: it is gone, or in TIME-WAIT.</summary>
    /// <exception cref="OperationCanceledException">The limit has expired, or the user interrupted.</exception>
    public async Task GoneAsync()
    {
        TcpState said = TcpState.Closed;
        while (true)
        {
            long askedAt = Clock.Now;
            if (log.LookUp() is not { } row) return;
            if (row.State != said) log.KernelStillHolds(row, askedAt);
            if (row.State is TcpState.Closed or TcpState.TimeWait) return;
            said = row.State;
            await PauseAsync(Poll);
        }
    }

    /// <summary>Waits until neither side's kernel has anything to do any more: TIME-WAIT or nothing is left.</summary>
    /// <exception cref="OperationCanceledException">The limit has expired, or the user interrupted.</exception>
    public async Task SettledAsync()
    {
        while (log.LookUp() is { State: not (TcpState.Closed or TcpState.TimeWait) }
            || log.LookUpPeer() is { State: not (TcpState.Closed or TcpState.TimeWait) })
            await PauseAsync(Poll);
    }

    /// <summary>Does nothing for a while.</summary>
    public Task PauseAsync(TimeSpan pause) => Task.Delay(pause, limit.Token);

    /// <summary>
    /// Our FIN is about to be queued: what comes from now on, comes after it. When the program reads it does not matter:
    /// what the kernel holds already came before.
    /// </summary>
    public void FinFollows() =>
        Volatile.Write(ref _arrivedBeforeFin, SocketState.ReceivedBytes(socket) ?? Echo.Received + socket.Available);

    /// <summary>Waits for bytes. The memory is valid until the next call; it is empty at the end of stream.</summary>
    /// <exception cref="SocketException">The connection was reset.</exception>
    /// <exception cref="OperationCanceledException">The limit has expired, or the user interrupted.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> ReceiveAsync()
    {
        long calledAt = Clock.Now;
        int count = await CallAsync("Receive", calledAt, socket.ReceiveAsync(_receiveBuffer.AsMemory(), limit.Token));
        if (count > 0)
        {
            log.Received(calledAt, _receiveBuffer.AsSpan(0, count), Echo.Received >= ArrivedBeforeFin);
        }
        else
        {
            // A RST is told to one call only. Where Send has met it, Receive returns 0, which looks like a FIN; but
            // before our own FIN a connection that has met a FIN is in CLOSE-WAIT, and only a reset one is CLOSED.
            // The state is read before the flag: the other way round, our FIN could come in between.
            if (SocketState.Read(socket) == TcpState.Closed && ArrivedBeforeFin == long.MaxValue) throw new SocketException((int)SocketError.ConnectionReset);
            EndedAt = Clock.Now;
            log.FinRead(calledAt);
        }

        return _receiveBuffer.AsMemory(0, count);
    }

    /// <summary>Compares the next bytes of the echo.</summary>
    /// <exception cref="InvalidDataException">Far more has come than was sent, and no end is in sight; or no reply will come.</exception>
    public void Compare(ReadOnlySpan<byte> bytes)
    {
        Echo.Add(bytes, ArrivedBeforeFin);
        if (Echo.WasRejected) throw new InvalidDataException("not played");
        if (Echo.IsTooLong) throw new InvalidDataException($"{Echo.Received} bytes came for {Echo.Expected}, and no end");
    }

    /// <summary>Waits for both directions. The first that fails ends the other, and is the one that is thrown.</summary>
    public async Task BothAsync(Task sending, Task receiving)
    {
        Task first = await Task.WhenAny(sending, receiving);
        if (!first.IsCompletedSuccessfully) limit.Cancel();
        await Task.WhenAll(sending, receiving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first;
        await Task.WhenAll(sending, receiving);
    }

    // The whole stream, while our FIN has not been queued.
    private long ArrivedBeforeFin => Volatile.Read(ref _arrivedBeforeFin);

    private async ValueTask<int> CallAsync(string name, long calledAt, ValueTask<int> call)
    {
        try
        {
            int count = await call;
            limit.Progress();
            return count;
        }
        catch (SocketException e)
        {
            FirstFailure ??= (name, calledAt, e);
            throw;
        }
    }
}
