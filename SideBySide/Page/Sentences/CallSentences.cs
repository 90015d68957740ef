using System.Net.NetworkInformation;
using SideBySide.Drawing;
using SideBySide.Page.States;
using SideBySide.Timeline;
using TcpClose.Events;
using static SideBySide.Summary.Wording;

namespace SideBySide.Page.Sentences;

/// <summary>Explains a call of a program in one or two sentences.</summary>
internal static class CallSentences
{
    /// <summary>The explanation of a call that the program of <paramref name="end"/> made.</summary>
    public static string Of(LegEnd end, CallEvent call, DiagramRow at) => call.Phase switch
    {
        _ when call.LeftOut > 0 =>
            $"The {end.Name}'s program made {Count(call.LeftOut, "further call")} of the same kind, after the one "
                + "above and before the next one below.",
        ClosePhase.Connecting => $"The {end.Name}'s kernel sends the SYN; Connect waits for the answer.",
        ClosePhase.Connected => "Connect returns as soon as the SYN ACK has arrived.",
        ClosePhase.Accepted =>
            "Accept returns the connection. The kernel completed the handshake before, without the program.",
        ClosePhase.Sent => "Send returns when the kernel has taken the bytes. It does not report their arrival.",
        ClosePhase.Received => $"The {end.Name}'s program reads bytes that had arrived before.",
        ClosePhase.FinQueued =>
            $"Shutdown(Send) queues the FIN after the {end.Name}'s last byte. In the RFC this call is CLOSE "
            + "(RFC 9293, 3.10.4).",
        ClosePhase.FinRead =>
            $"Receive returns 0: the {end.Name}'s program has read everything up to the peer's FIN.",
        ClosePhase.ResetReceived => OfReset(end, call),
        ClosePhase.Aborted when call.IsTimeOut =>
            $"The {end.Name}'s kernel gave up after a time-out, and its program finds that now (RFC 9293, 3.10.8).",
        ClosePhase.Aborted => $"The {end.Name} gives up the connection (RFC 9293, 3.10.5).",
        ClosePhase.SocketClosed when HadEnded(end, at) =>
            $"The {end.Name}'s program closes its descriptor. The connection had ended before.",
        ClosePhase.SocketClosed =>
            $"The {end.Name}'s program closes its descriptor. What remains of the connection, the kernel does alone.",
        _ => "",
    };

    private static string OfReset(LegEnd end, CallEvent call) => call.Failed switch
    {
        CallOutcomes.ConnectFailed => "Connect fails: the connection was refused.",
        CallOutcomes.ReceiveFailed =>
            "Receive fails once with a reset. The next one would return 0, as after a FIN.",
        CallOutcomes.SendFailed => "Send fails: the peer has reset the connection.",
        CallOutcomes.OptionFailed => "The call fails: the peer has reset the connection.",
        _ => $"The {end.Name}'s program reads the socket's pending error: the peer has reset the connection.",
    };

    private static bool HadEnded(LegEnd end, DiagramRow at) =>
        at.Ladder.LastChange(end.Side, at.Index)?.States[end.Side] == TcpState.Closed
        && !at.Ladder.Rows.Take(at.Index).Select((_, i) => at with { Index = i })
            .Any(r => Orphan.Begins(r, end.Side));
}
