using Serilog.Events;
using SideBySide.Timeline;
using TcpClose.Events;
using static SideBySide.Summary.Wording;

namespace SideBySide.Summary;

/// <summary>Summarizes a connection that a RST ended, or prevented.</summary>
internal sealed class ResetSentences(RunFacts run)
{
    /// <summary>Whether a RST answered the client's SYN.</summary>
    public bool IsRefused =>
        run.First(Side.Client, ClosePhase.ResetReceived)?.Get<string>("How") == CallOutcomes.ConnectFailed;

    /// <summary>The side that sent the RST; null if none or unknown.</summary>
    public Side? ResetBy => run.HasCapture
        ? run.Arrived.FirstOrDefault(s => s.Has("RST"))?.Side
        : ((Side[])[Side.Client, Side.Server]).Where(s => AbortBy(s) is not null
            || run.First(s.Peer(), ClosePhase.ResetReceived) is not null).Cast<Side?>().FirstOrDefault();

    /// <summary>The lines for a refused connection.</summary>
    public IEnumerable<string?> Refused() =>
    [
        run.ServerPort == 0 ? null
            : $"Nothing listens on port {run.ServerPort}, so a RST answered the client's SYN, and Connect failed.",
        "No program sent that RST: the kernel itself answers for a port without a listener.",
        "There was never a connection, so there is nothing to close, and no TIME-WAIT.",
    ];

    /// <summary>
    /// The lines for a connection that one side reset. A line about which the run shows nothing is null.
    /// </summary>
    public IEnumerable<string?> Reset(Side by)
    {
        if (AbortBy(by) is { } abort)
            return run.BytesSentBy(Side.Client) is 0 or null && run.BytesSentBy(Side.Server) is 0 or null
                ? Silence(by, abort) : Aborted(by, abort);
        bool closed = run.First(by, ClosePhase.SocketClosed) is not null
            && run.First(by, ClosePhase.FinQueued) is null;
        return closed && BytesAfterClose(by) is > 0 and { } late ? FullClose(by, late)
            : closed && Unread(by) > 0 ? UnreadData(by)
            : [$"The {by.Name()}'s kernel ended the connection with a RST.", NoTimeWait];
    }

    private string? NoTimeWait =>
        run.NoTimeWait ? "After a RST neither side is in TIME-WAIT: both kernels have discarded the connection." : null;

    private IEnumerable<string?> Silence(Side by, LogEvent abort)
    {
        long? from = run.First(Side.Server, ClosePhase.Accepted)?.Get<long?>("ReturnedAt");
        return
        [
            from is { } accepted && abort.Get<long?>("CalledAt") is { } to
                ? $"Neither side sent a byte for {Time(Between(accepted, to))}. "
                    + "TCP itself never ends a silent connection."
                : null,
            $"The {by.Name()} gave up and sent a RST instead of a FIN: {abort.Get<string>("Cause")}.",
            NoTimeWait,
        ];
    }

    private IEnumerable<string?> Aborted(Side by, LogEvent abort)
    {
        LogEvent? failed = run.First(by.Peer(), ClosePhase.ResetReceived);
        bool sentFin = run.Segments.Any(s => s.Side == by && s.Has("FIN"))
            || run.First(by, ClosePhase.FinQueued) is not null;
        return
        [
            $"The {by.Name()} aborted{Because(abort)}: with linger 0, Close sends a RST"
                + (sentFin ? "." : " instead of a FIN."),
            failed?.Get<string>("How") is CallOutcomes.ReceiveFailed
                ? $"The {by.Peer().Name()}'s Receive failed once with a reset. "
                    + "The next one would return 0, as after a FIN."
                : null,
            NoTimeWait,
        ];
    }

    private IEnumerable<string?> FullClose(Side by, long late) =>
    [
        $"The {by.Name()} called Close, which ends both directions. Its FIN looks like any other.",
        $"The {by.Peer().Name()} still sent {Count(late, "byte")}. No program could read them, "
            + $"so the {by.Name()}'s kernel sent a RST.",
        run.NoTimeWait
            ? $"The bytes are lost; there is no TIME-WAIT. With Shutdown(Send) the {by.Name()} could have read them."
            : null,
    ];

    // The number of bytes that the peer sent after a side had called Close; null if unknown.
    private long? BytesAfterClose(Side by) => run.HasCapture
        ? run.BytesArrivedAfterFin(by)
        : run.First(by, ClosePhase.SocketClosed)?.Get<long?>("ReturnedAt") is { } closed
            ? run.BytesSentAfter(by.Peer(), closed)
        : null;

    private IEnumerable<string?> UnreadData(Side by)
    {
        string other = by.Peer().Name();
        return
        [
            $"The {by.Name()} called Close with {Count(Unread(by), "byte")} unread, "
                + "so its kernel sent a RST instead of a FIN.",
            run.BytesSentBy(by) is > 0 and { } sent && run.BytesReceivedBy(by.Peer()) is { } got
                ? got < sent
                    ? $"The {other} received only {got} of the {Count(sent, "byte")} of the reply: the rest is lost."
                    : $"The {other} received all {Count(sent, "byte")} of the reply, "
                        + "but only because they arrived before the RST."
                : null,
            NoTimeWait,
        ];
    }

    // What the peer has sent and the program has not read.
    private long Unread(Side by) => run.BytesSentBy(by.Peer()) - run.BytesReceivedBy(by) ?? 0;

    // A time-out of the kernel has the phase Aborted, too, but another text.
    private LogEvent? AbortBy(Side side) =>
        run.First(side, ClosePhase.Aborted) is { } abort
        && abort.MessageTemplate.Text.StartsWith(CallOutcomes.Abort, StringComparison.Ordinal) ? abort : null;

    private static string Because(LogEvent abort) => abort.Get<string>("Cause") switch
    {
        null => "",
        "as requested" or "requested by the client" => ", as the scenario requires",
        { } cause => $" ({cause})",
    };
}
