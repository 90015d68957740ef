using System.Net.NetworkInformation;
using Serilog.Events;
using SideBySide.Tracing;
using TcpClose.Events;

namespace SideBySide.Timeline;

/// <summary>Everything that the available sources observed of one connection.</summary>
/// <param name="ClientPort">The client's port.</param>
/// <param name="Events">The consoles' events, in the order in which they are listed.</param>
/// <param name="Client">The kernel's trace of the client's socket; null if there is none.</param>
/// <param name="Server">The same for the server's socket.</param>
/// <param name="Segments">The captured segments; null if there is no capture.</param>
public sealed record ObservedRun(
    int ClientPort, IReadOnlyList<LogEvent> Events, SocketHistory? Client, SocketHistory? Server,
    IReadOnlyList<SegmentEvent>? Segments)
{
    /// <summary>All events in order.</summary>
    public IReadOnlyList<TimelineEvent> Timeline()
    {
        StateEvent[] looks = [.. Events.Select(ConsoleEventReader.ReadState).OfType<StateEvent>()];
        IEnumerable<TimelineEvent> traced = ((Side[])[Side.Client, Side.Server])
            .SelectMany(side => History(side) is { } history ? StateTrack.FromTrace(history, side, looks) : []);
        return TimelineMerger.Merge([.. LeftOutCalls.Mark([.. ConsoleEvents()])], traced, Segments ?? []);
    }

    /// <summary>The states of one side in order, the first included.</summary>
    public IEnumerable<TcpState> StatesOf(Side side) =>
        [.. InitialStates().Where(b => b.Key == side).Select(b => b.Value),
            .. Timeline().OfType<StateEvent>().Where(m => m.Side == side).Select(m => m.State)];

    // The events of this connection. Without a trace, the states that they carry follow, each after its call.
    private IEnumerable<TimelineEvent> ConsoleEvents()
    {
        var last = InitialStates();
        foreach (LogEvent e in SumsAtTheirLastCall(Events.Where(
            e => e.Get<int>("Connection") == ClientPort || e.Get<string>("Side") == "client")))
        {
            CallEvent? call = ConsoleEventReader.Read(e);
            StateEvent? state = ConsoleEventReader.ReadState(e);
            if (state is not null
                && (History(state.Side) is not null
                    || (last.TryGetValue(state.Side, out TcpState known) && known == state.State))) state = null;
            if (state is not null) last[state.Side] = state.State;
            if (call is { Phase: ClosePhase.Connected } && Handshake() is { } handshake)
            {
                // As in the kernel, the state comes first.
                call = call with { At = Math.Max(handshake.Connected(call.At), EstablishedAt() ?? 0) + 1 };
                if (state is not null) yield return state with { At = call.At };
                state = null;
            }

            if (state is not null && call is not null) state = state with { At = call.At };
            if (call is not null) yield return call;
            if (state is not null) yield return state;
        }
    }

    // A console writes the sum of a direction when that direction has ended.
    private static List<LogEvent> SumsAtTheirLastCall(IEnumerable<LogEvent> events)
    {
        var ordered = new List<LogEvent>();
        foreach (LogEvent e in events)
        {
            int later = e.Get<long?>("Calls") is null ? -1
                : ordered.FindIndex(o => ConsoleEventReader.Read(o)?.At > ConsoleEventReader.Read(e)?.At);
            ordered.Insert(later < 0 ? ordered.Count : later, e);
        }

        return ordered;
    }

    private Handshake? Handshake() =>
        Segments?.FirstOrDefault(s => s.Segment.Flags == "SYN") is { } syn
            ? new Handshake(
                syn.At, [.. Segments.Where(s => s.Segment.Flags == "SYN ACK" && !s.IsLost).Select(s => s.At)])
            : null;

    private long? EstablishedAt() =>
        Client?.Transitions.Where(t => t.To == TcpState.Established).Select(t => (long?)t.At).FirstOrDefault();

    private SocketHistory? History(Side side) => side == Side.Client ? Client : Server;

    /// <summary>The state in which each side began, CLOSED or LISTEN, if it is known.</summary>
    public Dictionary<Side, TcpState> InitialStates()
    {
        var states = new Dictionary<Side, TcpState>();
        foreach (Side side in (Side[])[Side.Client, Side.Server])
        {
            TcpState? first = History(side) is { Transitions: [var transition, ..] } ? transition.From
                : Events.Select(ConsoleEventReader.ReadState).FirstOrDefault(l => l?.Side == side)?.State;
            if (first is TcpState.Closed or TcpState.Listen) states[side] = first.Value;
        }

        return states;
    }
}
