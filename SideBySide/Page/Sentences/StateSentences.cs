using System.Net.NetworkInformation;

namespace SideBySide.Page.Sentences;

/// <summary>What each state means for the side that is in it.</summary>
internal static class StateSentences
{
    /// <summary>What an end's state means in this step; null if it has its usual meaning.</summary>
    public static string? InThisStep(EndOfStep end) => end switch
    {
        { State: TcpState.FinWait2, IsReportedOtherwise: true } =>
            "Our FIN is acknowledged. The same segment also carries the peer's FIN.",
        { State: TcpState.SynReceived, IsReportedOtherwise: true } =>
            "The peer's SYN has arrived, and with this ACK the handshake is complete.",
        { End.IsRelay: true, State: TcpState.FinWait1 or TcpState.FinWait2 } =>
            Of(end.State) + " Whether the relay's program still reads is not observed.",
        _ => null,
    };

    /// <summary>The meaning of a state (RFC 9293 3.3.2); empty if the state is unknown.</summary>
    public static string Of(TcpState? state) => state switch
    {
        TcpState.Closed => "There is no connection yet.",
        TcpState.DeleteTcb => "There is no connection any more: the kernel has discarded its state.",
        TcpState.Listen => "Waits for a connection from any client.",
        TcpState.SynSent => "Our SYN is sent, and the peer has not answered yet.",
        TcpState.SynReceived => "The peer's SYN has arrived, and the handshake is not complete.",
        TcpState.Established => "The connection is open: both sides may send.",
        TcpState.FinWait1 => "Our FIN is sent. Neither its ACK nor the peer's FIN has arrived yet.",
        TcpState.FinWait2 => "Our FIN is acknowledged. The peer may still send: half-closed.",
        TcpState.CloseWait => "The peer's FIN has arrived. We may still send, until our program closes.",
        TcpState.Closing => "The two FINs crossed, and ours is not acknowledged yet.",
        TcpState.LastAck => "Our FIN is sent, after the peer's. Only its ACK is missing.",
        TcpState.TimeWait => "Both directions have ended. Waits for 2 MSL, in case our last ACK was lost.",
        _ => "",
    };
}
