using System.Net.NetworkInformation;
using System.Net.Sockets;
using Serilog;
using Serilog.Events;
using TcpClose.Kernel;

namespace TcpClose.Events;

/// <summary>
/// The events of one connection (or of the listener), one method each. An event contains the times of its call, on
/// <see cref="Clock"/>, and the kernel's state right after the call. A disabled event usually costs neither an
/// allocation nor a system call.
/// </summary>
/// <remarks>
/// <c>calledAt</c> is <see cref="Clock.Now"/> before the call. The call has just returned, unless the method has the
/// parameter <c>returnedAt</c>.
/// </remarks>
public sealed class CloseLog(ILogger logger, Side side) : IConnectionObserver
{
    private readonly string _peer = side.Peer().Name();
    private ObservedConnection? _connection;
    private TransferCounter _sent, _received;
    private bool _finRead, _isLastSentWritten, _isLastReceivedWritten;

    private bool On => logger.IsEnabled(LogEventLevel.Information);

    /// <summary>The listener is open. Written at every log level, because it names the port.</summary>
    public void Listening(Socket listener, long calledAt)
    {
        _connection = new ObservedConnection(side, listener);
        _connection.CaptureEndPoints();
        Event(ClosePhase.Listening, EventTemplates.Listening, calledAt, LowestWritten).Write();
    }

    /// <summary>The client is about to connect.</summary>
    public void Connecting(ObservedConnection connection)
    {
        _connection = connection;
        if (On) Event(ClosePhase.Connecting, EventTemplates.Connecting, null).Write();
    }

    /// <summary>The client's handshake is done.</summary>
    public void Connected(long calledAt, long returnedAt)
    {
        if (!On) return;
        var sample = new CallSample(calledAt, _connection, returnedAt: returnedAt);
        Event(ClosePhase.Connected, EventTemplates.Connected, sample).Write();
    }

    /// <summary>The server took a connection out of the backlog.</summary>
    public void Accepted(ObservedConnection connection, long calledAt)
    {
        _connection = connection;
        if (On) Event(ClosePhase.Accepted, EventTemplates.Accepted, calledAt).Write();
    }

    /// <summary>
    /// The kernel took bytes to send. The level is Information for the first call and for the first after the peer's
    /// FIN, otherwise Debug.
    /// </summary>
    public void Sent(long calledAt, ReadOnlySpan<byte> bytes)
    {
        _sent.Add(bytes.Length, calledAt, On ? _connection : null, afterFin: _finRead);
        Transfer(ClosePhase.Sent, in _sent, bytes, EventTemplates.Sent);
    }

    /// <summary>
    /// Bytes were received. The level is Information for the first call and for the first after our FIN, otherwise
    /// Debug.
    /// </summary>
    public void Received(long calledAt, ReadOnlySpan<byte> bytes, bool afterOurFin)
    {
        _received.Add(bytes.Length, calledAt, On ? _connection : null, afterOurFin);
        Transfer(ClosePhase.Received, in _received, bytes,
            afterOurFin ? EventTemplates.ReceivedAfterFin : EventTemplates.Received);
    }

    /// <summary><c>Shutdown(Send)</c> returned.</summary>
    public void FinQueued(long calledAt)
    {
        if (!On) return;
        CloseEvent fin = Event(ClosePhase.FinQueued, EventTemplates.FinQueued, calledAt).Add("Bytes", _sent.Bytes);
        LastSent();
        fin.Write();
    }

    /// <summary><c>Receive</c> returned 0.</summary>
    public void FinRead(long calledAt)
    {
        _finRead = true;
        if (!On) return;
        CloseEvent fin = Event(ClosePhase.FinRead, EventTemplates.FinRead, calledAt).Add("Bytes", _received.Bytes)
            .Add("Peer", _peer);
        LastReceived();
        fin.Write();
    }

    /// <summary>The peer has reset the connection.</summary>
    /// <param name="sample">The call that found the RST.</param>
    /// <param name="how">How the RST was found, such as <c>Receive failed</c> or <c>before Close</c>.</param>
    public void ResetReceived(in CallSample sample, string how)
    {
        if (!On) return;
        LastOfBoth();
        Event(ClosePhase.ResetReceived, EventTemplates.ResetReceived, sample).Add("Bytes", _received.Bytes)
            .Add("How", how).Add("Peer", _peer).Add("Cause", "reset by the " + _peer).Write();
    }

    /// <summary>We closed with linger 0. This is a warning, because a normal close sends no RST.</summary>
    public void Aborted(in CallSample sample, string cause)
    {
        if (On) LastOfBoth();
        if (logger.IsEnabled(LogEventLevel.Warning))
            Event(ClosePhase.Aborted, EventTemplates.Aborted, sample, LogEventLevel.Warning)
                .Add("Bytes", _received.Bytes).Add("Cause", cause).Write();
    }

    /// <summary>The kernel gave up on the connection after a time-out (RFC 9293 3.10.8).</summary>
    public void ConnectionTimedOut(in CallSample sample, string cause)
    {
        if (On) LastOfBoth();
        if (logger.IsEnabled(LogEventLevel.Warning))
            Event(ClosePhase.Aborted, EventTemplates.ConnectionTimedOut, sample, LogEventLevel.Warning)
                .Add("Bytes", _received.Bytes).Add("Cause", cause).Write();
    }

    /// <summary>The descriptor was closed.</summary>
    public void SocketClosed(long calledAt)
    {
        if (!On) return;
        CloseEvent closed = Event(ClosePhase.SocketClosed, EventTemplates.SocketClosed, calledAt);
        LastOfBoth();
        closed.Write();
    }

    /// <summary>The kernel holds the closed connection in TIME-WAIT.</summary>
    public void TimeWait(KernelConnectionTable.Row row, long queriedAt)
    {
        if (On)
            Event(ClosePhase.TimeWait, row.TimeLeft is null ? EventTemplates.TimeWait : EventTemplates.TimeWaitLeft,
                new CallSample(queriedAt, _connection, row.State))
                .Add("Port", _connection!.Local!.Port).Add("LeftSeconds", row.TimeLeft?.TotalSeconds).Write();
    }

    /// <summary>TIME-WAIT is over: the kernel has released the connection.</summary>
    public void KernelReleased(KernelConnectionTable.Row row, long queriedAt, TimeSpan lasted)
    {
        if (On)
            Event(ClosePhase.Gone, EventTemplates.KernelReleased, new CallSample(queriedAt, _connection, row.State))
                .Add("LastedSeconds", lasted.TotalSeconds).Write();
    }

    /// <summary>The client's result, in its last line. Written at every log level.</summary>
    public void Result(CloseResult result) =>
        Bare(EventTemplates.Result, DateTimeOffset.Now, Clock.Now, LowestWritten)
            .Add("Outcome", result.Outcome.Name()).Add("Bytes", result.Received)
            .Add("BytesAfterFin", result.ReceivedAfterFin)
            .Add("BytesSent", result.Sent).Add("ExitCode", result.ExitCode).Add("Sentence", result.Sentence)
            .Write();

    /// <summary>A sentence that is not about a phase of a connection.</summary>
    public void Note(LogEventLevel level, string sentence)
    {
        if (logger.IsEnabled(level))
            Bare(EventTemplates.Note, DateTimeOffset.Now, Clock.Now, level).Add("Sentence", sentence).Write();
    }

    /// <summary>What the kernel still holds of a connection whose socket is closed.</summary>
    public void KernelStillHolds(KernelConnectionTable.Row row, long queriedAt)
    {
        if (!On) return;
        string what = row.State == TcpState.Closed
            ? "has released the connection"
            : $"holds the connection in {StateNames.Name(row.State)}, although no program has it open";
        var sample = new CallSample(queriedAt, _connection, row.State);
        Bare(EventTemplates.Note, sample.WallClock, sample.ReturnedAt, LogEventLevel.Information)
            .Add("State", StateNames.Name(row.State)).Add("StateAt", sample.StateAt)
            .Add("Sentence", $"kernel: {what}").Write();
    }

    private LogEventLevel LowestWritten =>
        On
            ? LogEventLevel.Information
            : logger.IsEnabled(LogEventLevel.Warning)
            ? LogEventLevel.Warning
            : LogEventLevel.Error;

    private void Transfer(ClosePhase phase, in TransferCounter direction, ReadOnlySpan<byte> bytes,
        MessageTemplate words)
    {
        LogEventLevel level = direction.IsFirst ? LogEventLevel.Information : LogEventLevel.Debug;
        if (logger.IsEnabled(level))
            Event(phase, words, direction.Last, level).Add("Bytes", direction.Bytes).Add("Count", bytes.Length)
                .Add("Payload", Printable.Quote(bytes)).Write();
    }

    // A direction without a FIN ends with the connection.
    private void LastOfBoth()
    {
        LastSent();
        LastReceived();
    }

    private void LastSent()
    {
        if (!_isLastSentWritten) Last(ClosePhase.Sent, in _sent, EventTemplates.SentInAll);
        _isLastSentWritten = true;
    }

    private void LastReceived()
    {
        if (!_isLastReceivedWritten) Last(ClosePhase.Received, in _received, EventTemplates.ReceivedInAll);
        _isLastReceivedWritten = true;
    }

    // The last transfer is known only when the direction has ended. Its event has the times and the state of its own
    // call.
    private void Last(ClosePhase phase, in TransferCounter direction, MessageTemplate words)
    {
        if (direction.Calls > 1)
            Event(phase, words, direction.Last).Add("Bytes", direction.Bytes).Add("Count", direction.LastCount)
                .Add("Calls", direction.Calls).Write();
    }

    private CloseEvent Event(ClosePhase phase, MessageTemplate words, long? calledAt,
        LogEventLevel level = LogEventLevel.Information) =>
        Event(phase, words, new CallSample(calledAt, _connection), level);

    private CloseEvent Event(ClosePhase phase, MessageTemplate words, CallSample sample,
        LogEventLevel level = LogEventLevel.Information) =>
        Bare(words, sample.WallClock, sample.ReturnedAt, level).Add("Phase", phase.ToString())
            .Add("State", StateNames.Name(sample.State)).Add("CalledAt", sample.CalledAt)
            .Add("ReturnedAt", sample.ReturnedAt).Add("StateAt", sample.StateAt);

    private CloseEvent Bare(MessageTemplate words, DateTimeOffset at, long returnedAt, LogEventLevel level) =>
        new(logger, level, words, side, _connection, at, returnedAt);
}
