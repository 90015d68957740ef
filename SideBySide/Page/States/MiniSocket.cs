using System.Net.NetworkInformation;
using SideBySide.Drawing;
using TcpClose.Events;

namespace SideBySide.Page.States;

/// <summary>
/// Before the handshake is complete, a mini-socket represents the server's end. The kernel's trace reports SYN-RECEIVED
/// only when a full socket replaces the mini-socket.
/// </summary>
internal static class MiniSocket
{
    /// <summary>Whether the given row shows the late report of a side's SYN-RECEIVED.</summary>
    public static bool IsLate(DiagramRow at, Side side) => at.Ladder.IsTraced
        && at.Row.States.TryGetValue(side, out TcpState state) && state == TcpState.SynReceived
        && at.Row.Segment?.Has("SYN") != true;

    /// <summary>
    /// The sentence about the mini-socket, for the first SYN ACK and for the late report of SYN-RECEIVED; otherwise
    /// null.
    /// </summary>
    public static string? SentenceOf(DiagramRow at)
    {
        if (at is not { Ladder: { IsTraced: true } ladder, Row.Segment: { } segment }) return null;
        if (IsLate(at, segment.Side.Peer()))
        {
            return $"The {at.Sender!.Value.Peer.Name} has been in SYN-RECEIVED since its SYN ACK. Linux reports this "
                + "state only now. By the RFC it is in ESTABLISHED from now on (3.10.7.4), which the picture shows in "
                + "the next row.";
        }

        bool isAnswer = segment.Has("SYN") && segment.Has("ACK") && !segment.Segment.IsRetransmission
            && !ladder.Rows.Take(at.Index + 1).Any(r => HasSynReceived(r, segment.Side));
        return !isAnswer ? null
            : $"By the RFC the {at.Sender!.Value.Name} is in SYN-RECEIVED from now on. Linux represents the connection "
                + "by a mini-socket, and reports the state only when the third segment arrives.";
    }

    private static bool HasSynReceived(LadderRow row, Side side) =>
        row.States.TryGetValue(side, out TcpState state) && state == TcpState.SynReceived;
}
