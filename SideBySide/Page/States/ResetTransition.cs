using System.Net.NetworkInformation;
using SideBySide.Drawing;
using SideBySide.Timeline;
using TcpClose.Events;

namespace SideBySide.Page.States;

/// <summary>The transition to CLOSED by a RST, or because the kernel gave up.</summary>
internal static class ResetTransition
{
    /// <summary>
    /// Returns the transition if a RST or a time-out explains why a side enters CLOSED in the given row; otherwise
    /// null. The RST or the time-out may be in an earlier row, or in the next row if the kernel enters CLOSED just
    /// before it sends the RST. But if another transition leads directly from <paramref name="from"/> to CLOSED, the
    /// given row itself must show the RST or the time-out.
    /// </summary>
    public static StateTransition? Of(TcpState from, DiagramRow at, Side side)
    {
        LadderRow[] rows = [.. at.Ladder.Rows.Take(at.Index + 2)];
        bool isOnlyWay = StateMachine.PathOf(from, TcpState.DeleteTcb).Count != 1;
        if (!IsReset(at.Row, side) && !(isOnlyWay && rows.Any(r => IsReset(r, side)))) return null;
        CallEvent? call = at.Row.Calls.GetValueOrDefault(side);
        if (call is { IsTimeOut: true })
            return StateMachine.Reset with { Event = "time-out of the kernel", Action = "" };
        bool isReceived = rows.Any(r => Sends(r, side.Peer())
            || r.Calls.GetValueOrDefault(side) is { Phase: ClosePhase.ResetReceived });
        bool isOwn = rows.Any(r => Sends(r, side))
            || (!isReceived && call is { Phase: ClosePhase.Aborted or ClosePhase.SocketClosed });
        return !isOwn ? StateMachine.Reset with { Event = "rcv RST", Action = "" }
            : AnswersData(rows, side) ? StateMachine.Reset with { Event = "rcv data after CLOSE" }
            : StateMachine.Reset with { Event = "abort" };
    }

    // Whether the RST of a side answers data that arrived after its FIN (RFC 9293 3.6.1).
    private static bool AnswersData(LadderRow[] rows, Side side)
    {
        LadderRow[] before = [.. rows.TakeWhile(r => !Sends(r, side))];
        return before.Length < rows.Length
            && before.LastOrDefault(r => r.Segment is not null)?.Segment is { Segment.Length: > 0 } data
            && data.Side != side && before.Any(r => r.Segment is { } s && s.Side == side && s.Has("FIN"));
    }

    private static bool Sends(LadderRow row, Side side) => row.Segment is { } s && s.Side == side && s.Has("RST");

    private static bool IsReset(LadderRow row, Side side) => (row.Segment is { IsLost: false } s && s.Has("RST"))
        || row.Calls.GetValueOrDefault(side) is { Phase: ClosePhase.Aborted or ClosePhase.ResetReceived };
}
