using System.Net.NetworkInformation;
using SideBySide.Timeline;
using TcpClose.Events;
using static SideBySide.Summary.Wording;

namespace SideBySide.Summary;

/// <summary>Summarizes a close with two FINs: which side ended first, the half-closed time, TIME-WAIT.</summary>
internal sealed class CloseSentences(RunFacts run, CloseFacts close)
{
    /// <summary>
    /// The lines for a close in which one side was first. A line about which the run shows nothing is null.
    /// </summary>
    public IEnumerable<string?> Ordered(string scenario)
    {
        if (close.First is not { } first) return [];
        string side = first.Name();
        if (scenario == "frames" && run.IsAsExpected && Messages() is { } messages)
            return [messages, Reads(), TimeWait(first, $"The {side} ended first: its")];
        string? special = !run.IsAsExpected ? null : scenario switch
        {
            "http" => Page(first),
            "simultaneous" => $"The {side}'s FIN arrived before the {first.Peer().Name()} sent its own, "
                + "so the FINs did not cross.",
            _ => null,
        };
        return
        [
            special
                ?? $"The {side} ended first: its FIN said \"I have sent everything\", but it could still receive.",
            HalfClosed(first, scenario),
            TimeWait(first, $"The {side}'s"),
        ];
    }

    /// <summary>The lines for FINs that crossed.</summary>
    public IEnumerable<string?> Crossed(bool heldFins)
    {
        bool closing = run.WasIn(Side.Client, TcpState.Closing) && run.WasIn(Side.Server, TcpState.Closing);
        bool bothWait = run.IsInTimeWait(Side.Client) && run.IsInTimeWait(Side.Server);
        return
        [
            heldFins
                ? "SideBySide held both FINs back on purpose, until each side had sent its own: they crossed."
                : "Each side sent its FIN before the other's arrived: the FINs crossed.",
            closing
                ? "Each side received a FIN when it expected an ACK, and was in CLOSING until that ACK arrived."
                : run.HasCapture
                    ? "Neither FIN could acknowledge the other, so each was acknowledged by an ACK of its own."
                : null,
            bothWait
                ? $"Neither side was first, so both ports are in TIME-WAIT: the client's {run.ClientPort}, "
                    + $"the server's {run.ServerPort}."
                : null,
        ];
    }

    private string? HalfClosed(Side first, string scenario)
    {
        if (close.HalfClosedFor is not { } span) return null;
        string side = first.Name(), peer = first.Peer().Name();
        string halfClosed = $"Half-closed for {Time(span)}:";
        return close.BytesWhileHalfClosed switch
        {
            0 when close.IsSecondFinTheAck =>
                $"The {peer} had nothing to send, so one segment carried its FIN and its ACK: three, not four.",
            0 when scenario == "three-segments" =>
                $"{halfClosed} the {peer} closed after its kernel's delayed ACK, hence four segments.",
            0 => $"{halfClosed} only the {peer}'s FIN arrived in that time.",
            { } bytes => $"{halfClosed} the {side} could send no more, but still received {Count(bytes, "byte")}.",
            null => $"{halfClosed} the {side} could send no more, but could still receive.",
        };
    }

    private string? TimeWait(Side first, string whose)
    {
        if (!run.IsInTimeWait(first)) return null;
        return first == Side.Server
            ? $"{whose} port {run.ServerPort} is in TIME-WAIT (60 s on Linux): a restarted server needs SO_REUSEADDR."
            : $"{whose} port {run.ClientPort} is in TIME-WAIT"
                + (run.TimeWaitLeft is { } left ? $" for {left.TotalSeconds:0} s" : "")
                + ", in case its last ACK was lost.";
    }

    private string? Messages()
    {
        int count = run.Messages, segments = run.DataOf(Side.Client).Count();
        return count > 0 && run.BytesSentBy(Side.Client) is { } bytes
            ? $"The client sent {Count(count, "message")}. TCP carried them as one stream of {Count(bytes, "byte")}"
                + (run.HasCapture ? $", in {Count(segments, "segment")}." : ".")
            : null;
    }

    private string? Reads() =>
        run.Last(Side.Client, ClosePhase.Received) is { } last
            ? $"Receive returned the echo in {Count(last.Get<int?>("Calls") ?? 1, "piece")}. "
                + "Only the header of each message marks its end."
            : null;

    private string? Page(Side first) =>
        first == Side.Server && run.BytesReceivedBy(Side.Client) is { } bytes
            ? $"The server ended first: its page of {Count(bytes, "byte")} has no length field, "
                + "so its FIN marks the end."
            : null;
}
