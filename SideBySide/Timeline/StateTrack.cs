using System.Net.NetworkInformation;
using SideBySide.Tracing;
using TcpClose.Events;

namespace SideBySide.Timeline;

/// <summary>The states of one side over time, from the kernel's trace and the console's events.</summary>
public static class StateTrack
{
    /// <summary>
    /// Returns the states of the kernel's trace. The trace ends with CLOSED even if the connection continues in a
    /// mini-socket. That CLOSED is replaced by the state that the console read afterwards (<paramref name="looks"/>). A
    /// RST ends a mini-socket, so a CLOSED that the console finds after a RST gets the time of the RST.
    /// </summary>
    public static IReadOnlyList<StateEvent> FromTrace(
        SocketHistory history, Side side, IEnumerable<StateEvent> looks, IEnumerable<long> resets)
    {
        var states = history.Transitions.Select(t => new StateEvent(t.At, side, t.To)).ToList();
        if (states is not [.., { State: TcpState.Closed } last]) return states;
        StateEvent[] after = [.. looks.Where(l => l.Side == side && l.At > last.At).OrderBy(l => l.At)];
        if (after.FirstOrDefault(l => l.State is TcpState.TimeWait or TcpState.FinWait2) is { } held)
        {
            states[^1] = last with { State = held.State };
            if (after.FirstOrDefault(l => l.At > held.At && l.State == TcpState.Closed) is { } gone)
                states.Add(gone with { At = resets.Where(r => r > last.At && r < gone.At).Append(gone.At).First() });
        }

        return [.. states.Where((s, i) => i == 0 || s.State != states[i - 1].State)];
    }
}
