using System.Net.NetworkInformation;
using SideBySide.Tracing;
using TcpClose.Events;

namespace SideBySide.Timeline;

/// <summary>The states of one side over time, from what was observed of it.</summary>
public static class StateTrack
{
    /// <summary>
    /// From the kernel's trace. The trace ends with CLOSED where the connection goes on in a mini-socket, in TIME-WAIT or in
    /// FIN-WAIT-2 without a program: what the consoles read of the kernel's table after that is put in its place.
    /// </summary>
    public static IReadOnlyList<StateEvent> FromTrace(SocketHistory history, Side side, IEnumerable<StateEvent> looks)
    {
        var states = history.Transitions.Select(t => new StateEvent(t.At, side, t.To)).ToList();
        if (states is not [.., { State: TcpState.Closed } last]) return states;
        StateEvent[] after = [.. looks.Where(l => l.Side == side && l.At > last.At).OrderBy(l => l.At)];
        if (after.FirstOrDefault(l => l.State is TcpState.TimeWait or TcpState.FinWait2) is { } held)
        {
            states[^1] = last with { State = held.State };
            if (after.FirstOrDefault(l => l.At > held.At && l.State == TcpState.Closed) is { } gone) states.Add(gone);
        }

        return [.. states.Where((s, i) => i == 0 || s.State != states[i - 1].State)];
    }
}
