using System.Net.NetworkInformation;
using SideBySide.Drawing;
using TcpClose.Events;

namespace SideBySide.Page.States;

/// <summary>
/// A socket that its program closed before the peer's FIN arrived. In FIN-WAIT-2 a mini-socket replaces the socket. The
/// kernel's trace then reports CLOSED and nothing more, although the connection remains in FIN-WAIT-2.
/// </summary>
internal static class Orphan
{
    /// <summary>Whether a side's CLOSED in the given row means that its socket becomes an orphan.</summary>
    public static bool Begins(DiagramRow at, Side side)
    {
        if (!at.Ladder.IsTraced || at.Row.States.GetValueOrDefault(side) != TcpState.Closed) return false;
        LadderRow[] before = [.. at.Ladder.Rows.Take(at.Index)], near = [.. at.Ladder.Rows.Take(at.Index + 2)];
        return at.Ladder.LastChange(side, at.Index)?.States[side] == TcpState.FinWait2
            && !before.Any(r => r.Segment is { IsLost: false } s && s.Side != side && s.Has("FIN"))
            && !near.Any(r => r.Segment is { } s && s.Has("RST"));
    }

    /// <summary>
    /// The state that an orphan enters because of the row's segment; null if its state does not change.
    /// </summary>
    public static TcpState? Next(DiagramRow at, Side side) => at.Row.Segment switch
    {
        { IsLost: false } s when s.Has("RST") => TcpState.Closed,
        { IsLost: false } s when s.Side != side && s.Has("FIN") => TcpState.TimeWait,
        _ => null,
    };
}
