using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Serilog;
using Serilog.Events;

namespace TcpClose;

/// <summary>
/// The events of one connection (or of the listener), one method each. Every event carries the times of the call that
/// it reports and the kernel's state right after it, on <see cref="Clock"/>. A disabled event costs neither an
/// allocation nor a system call; only the two ends of a connection are taken down whatever is enabled.
/// </summary>
/// <remarks><c>calledAt</c> is <see cref="Clock.Now"/> before the call; the call returned when the method was entered.</remarks>
public sealed class CloseLog(ILogger logger, Side side)
{
    private readonly string _peer = side == Side.Client ? "server" : "client";
    private ObservedConnection? _connection;
    private Direction _sent, _received;

    private bool On => logger.IsEnabled(LogEventLevel.Information);

    /// <summary>The listener is open. Always written, because it tells the port.</summary>
    public void Listening(Socket listener, long calledAt)
    {
        _connection = new ObservedConnection(listener);
        _connection.TakeEnds();
        Event(ClosePhase.Listening, calledAt).Write(LowestWritten, CloseWords.Listening);
    }

    /// <summary>The client is about to connect.</summary>
    public void Connecting(Socket socket, IPEndPoint server)
    {
        _connection = new ObservedConnection(socket, server);
        if (On) Event(ClosePhase.Connecting, null).Write(LogEventLevel.Information, CloseWords.Connecting);
    }

    /// <summary>The client's handshake is done.</summary>
    public void Connected(long calledAt)
    {
        _connection!.TakeEnds();
        if (On) Event(ClosePhase.Connected, calledAt).Write(LogEventLevel.Information, CloseWords.Connected);
    }

    /// <summary>The server took a connection out of the backlog.</summary>
    public void Accepted(Socket socket, long calledAt)
    {
        _connection = new ObservedConnection(socket);
        _connection.TakeEnds();
        if (On) Event(ClosePhase.Accepted, calledAt).Write(LogEventLevel.Information, CloseWords.Accepted);
    }

    /// <summary>The kernel took bytes to send. Information for the first of a connection, Debug for the others.</summary>
    public void Sent(long calledAt, ReadOnlySpan<byte> bytes)
    {
        _sent.Add(bytes.Length, calledAt, On ? _connection : null);
        Transfer(ClosePhase.Sent, in _sent, bytes, CloseWords.Sent);
    }

    /// <summary>Bytes came. Information for the first of a connection, Debug for the others.</summary>
    public void Received(long calledAt, ReadOnlySpan<byte> bytes, bool afterOurFin = false)
    {
        _received.Add(bytes.Length, calledAt, On ? _connection : null);
        Transfer(ClosePhase.Received, in _received, bytes, afterOurFin ? CloseWords.ReceivedAfterFin : CloseWords.Received);
    }

    /// <summary><c>Shutdown(Send)</c> returned.</summary>
    public void FinQueued(long calledAt)
    {
        if (!On) return;
        CloseEvent fin = Event(ClosePhase.FinQueued, calledAt).Add("Bytes", _sent.Bytes);
        Last(ClosePhase.Sent, in _sent, CloseWords.SentInAll);
        fin.Write(LogEventLevel.Information, CloseWords.FinQueued);
    }

    /// <summary><c>Receive</c> returned 0.</summary>
    public void FinRead(long calledAt)
    {
        if (!On) return;
        CloseEvent fin = Event(ClosePhase.FinRead, calledAt).Add("Bytes", _received.Bytes).Add("Peer", _peer);
        Last(ClosePhase.Received, in _received, CloseWords.ReceivedInAll);
        fin.Write(LogEventLevel.Information, CloseWords.FinRead);
    }

    /// <summary>The peer has reset the connection; <paramref name="how"/> we know (<c>Receive failed</c>).</summary>
    public void ResetReceived(long calledAt, string how)
    {
        if (On)
            Event(ClosePhase.ResetReceived, calledAt).Add("Bytes", _received.Bytes).Add("How", how).Add("Peer", _peer)
                .Add("Cause", "reset by the " + _peer).Write(LogEventLevel.Information, CloseWords.ResetReceived);
    }

    /// <summary>We closed with linger 0, and why. A warning: something was not as it should be.</summary>
    public void Aborted(long calledAt, string cause)
    {
        _connection?.Closed();
        if (logger.IsEnabled(LogEventLevel.Warning))
            Event(ClosePhase.Aborted, calledAt).Add("Bytes", _received.Bytes).Add("Cause", cause)
                .Write(LogEventLevel.Warning, CloseWords.Aborted);
    }

    /// <summary>The kernel gave the connection up by itself (RFC 9293 3.10.8, a time-out) and told us in a failed call.</summary>
    public void Lost(long calledAt, string cause)
    {
        if (logger.IsEnabled(LogEventLevel.Warning))
            Event(ClosePhase.Aborted, calledAt).Add("Bytes", _received.Bytes).Add("Cause", cause)
                .Write(LogEventLevel.Warning, CloseWords.Lost);
    }

    /// <summary>The descriptor was given back.</summary>
    public void SocketClosed(long calledAt)
    {
        _connection!.Closed();
        if (On) Event(ClosePhase.SocketClosed, calledAt).Write(LogEventLevel.Information, CloseWords.SocketClosed);
    }

    /// <summary>The kernel holds the closed connection in TIME-WAIT.</summary>
    public void TimeWait(ConnectionTable.Row row, long askedAt)
    {
        if (On)
            Event(ClosePhase.TimeWait, askedAt, row.State).Add("Port", _connection!.Local!.Port)
                .Add("LeftSeconds", row.TimeLeft?.TotalSeconds)
                .Write(LogEventLevel.Information, row.TimeLeft is null ? CloseWords.TimeWait : CloseWords.TimeWaitLeft);
    }

    /// <summary>TIME-WAIT is over: the kernel holds nothing of the connection.</summary>
    public void Gone(ConnectionTable.Row row, long askedAt, TimeSpan lasted)
    {
        if (On)
            Event(ClosePhase.Gone, askedAt, row.State).Add("LastedSeconds", lasted.TotalSeconds)
                .Write(LogEventLevel.Information, CloseWords.Gone);
    }

    /// <summary>The client's last line. Always written.</summary>
    public void Verdict(CloseVerdict verdict) =>
        new CloseEvent(logger, side, _connection, DateTimeOffset.Now)
            .Add("Outcome", verdict.Outcome).Add("Bytes", verdict.Received).Add("BytesAfterFin", verdict.ReceivedAfterFin)
            .Add("BytesSent", verdict.Sent).Add("ExitCode", verdict.ExitCode).Add("Sentence", verdict.Sentence)
            .Write(LowestWritten, CloseWords.Verdict);

    /// <summary>A sentence about the program itself, which is no phase of a connection.</summary>
    public void Note(LogEventLevel level, string sentence)
    {
        if (logger.IsEnabled(level))
            new CloseEvent(logger, side, _connection, DateTimeOffset.Now).Add("Sentence", sentence).Write(level, CloseWords.Note);
    }

    /// <summary>What the kernel still holds of a connection whose socket is closed.</summary>
    public void Held(ConnectionTable.Row row, long askedAt)
    {
        if (!On) return;
        string held = row.State == TcpState.Closed ? "nothing of the connection any more" : $"the connection in {StateNames.Name(row.State)}, without a program";
        var look = new Look(askedAt, _connection, row.State);
        new CloseEvent(logger, side, _connection, look.WallClock).Add("State", StateNames.Name(row.State)).Add("StateAt", look.StateAt)
            .Add("Sentence", $"kernel: holds {held}").Write(LogEventLevel.Information, CloseWords.Note);
    }

    /// <summary>The connection's row in the kernel's table, by its two ends; null where the kernel gives no answer.</summary>
    public ConnectionTable.Row? LookUp() => _connection?.LookUp();

    /// <summary>The same for the peer's end, where the peer is on this machine.</summary>
    public ConnectionTable.Row? LookUpPeer() => _connection?.LookUpPeer();

    private LogEventLevel LowestWritten =>
        On ? LogEventLevel.Information : logger.IsEnabled(LogEventLevel.Warning) ? LogEventLevel.Warning : LogEventLevel.Error;

    private void Transfer(ClosePhase phase, in Direction direction, ReadOnlySpan<byte> bytes, MessageTemplate words)
    {
        LogEventLevel level = direction.Calls == 1 ? LogEventLevel.Information : LogEventLevel.Debug;
        if (logger.IsEnabled(level))
            Event(phase, direction.Last).Add("Bytes", direction.Bytes).Add("Count", bytes.Length)
                .Add("Payload", Printable.Quote(bytes)).Write(level, words);
    }

    // That a transfer was the last of its direction is known only when the direction has ended: the line is written
    // then, with the times and the state of its own call.
    private void Last(ClosePhase phase, in Direction direction, MessageTemplate words)
    {
        if (direction.Calls > 1)
            Event(phase, direction.Last).Add("Bytes", direction.Bytes).Add("Count", direction.LastCount).Add("Calls", direction.Calls)
                .Write(LogEventLevel.Information, words);
    }

    private CloseEvent Event(ClosePhase phase, long? calledAt, TcpState? lookedUp = null) =>
        Event(phase, new Look(calledAt, _connection, lookedUp));

    private CloseEvent Event(ClosePhase phase, Look look) =>
        new CloseEvent(logger, side, _connection, look.WallClock).Add("Phase", phase.ToString())
            .Add("State", StateNames.Name(look.State)).Add("CalledAt", look.CalledAt)
            .Add("ReturnedAt", look.ReturnedAt).Add("StateAt", look.StateAt);
}
