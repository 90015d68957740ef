using SideBySide.Timeline;
using TcpClose.Events;

namespace SideBySide.Page.Sentences;

/// <summary>Explains a call of a program in one sentence.</summary>
internal static class CallSentences
{
    /// <summary>The sentence.</summary>
    /// <param name="end">The end whose program made the call.</param>
    /// <param name="call">The call.</param>
    public static string Of(LegEnd end, CallEvent call) => call.Phase switch
    {
        _ when call.Details is null && call.Call.StartsWith('(') =>
            $"The {end.Name}'s program made further calls of the same kind.",
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
        ClosePhase.ResetReceived when call.Call == "refused" => "Connect fails: the connection was refused.",
        ClosePhase.ResetReceived => "The call fails once with a reset. The next one would return 0, as after a FIN.",
        ClosePhase.Aborted => $"The {end.Name} gives up the connection (RFC 9293, 3.10.5).",
        ClosePhase.SocketClosed =>
            $"The {end.Name}'s program closes its descriptor. What remains of the connection, the kernel does alone.",
        _ => "",
    };
}
