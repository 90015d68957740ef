using System.Net.NetworkInformation;
using SideBySide.Drawing;
using TcpClose.Events;

namespace SideBySide.Page.States;

/// <summary>
/// A segment that carries a FIN and the ACK of the receiver's FIN. By the RFC the receiver goes directly to TIME-WAIT.
/// Linux reports FIN-WAIT-2 first.
/// </summary>
internal static class FinWithAck
{
    /// <summary>
    /// Whether a side enters FIN-WAIT-2 or TIME-WAIT in the given row because it receives a FIN with the ACK of its own
    /// FIN.
    /// </summary>
    public static bool IsReported(DiagramRow at, Side side) => !at.Ladder.IsInferred && (IsFirst(at.Row, side)
        || (at.Row.States.TryGetValue(side, out TcpState state) && state == TcpState.TimeWait
            && at.Ladder.LastChange(side, at.Index) is { } before
            && IsFirst(before, side)));

    /// <summary>
    /// The sentence for a row in which Linux reports two states for such a segment; otherwise null.
    /// </summary>
    public static string? SentenceOf(DiagramRow at) =>
        at.Ladder.IsInferred || at.Row.Segment is not { } segment || !IsFirst(at.Row, segment.Side.Peer()) ? null
        : $"Linux reports two states of the {at.Sender!.Value.Peer.Name} for this segment: FIN-WAIT-2 for its ACK, and "
            + "then TIME-WAIT for its FIN, which the picture shows in the next row. By the RFC it is in TIME-WAIT from "
            + "now on (3.10.7.4).";

    private static bool IsFirst(LadderRow row, Side side) =>
        row.States.TryGetValue(side, out TcpState state) && state == TcpState.FinWait2
        && row.Segment is { IsLost: false } segment && segment.Side != side && segment.Has("FIN");
}
