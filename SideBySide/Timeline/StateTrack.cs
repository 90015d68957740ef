using System.Net.NetworkInformation;
using SideBySide.Tracing;
using TcpClose.Events;

namespace SideBySide.Timeline;

/// <summary>The states of one side over time, from the kernel's trace and the console's events.</summary>
public static class StateTrack
{
    /// <summary>
    /// Reads the kernel's trace. The trace ends with CLOSED if the connection continues in a mini-socket, in TIME-WAIT
    /// or in FIN-WAIT-2 without a program. The state that the consoles then read from the kernel's table replaces it.
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
