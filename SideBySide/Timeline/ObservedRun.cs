using System.Net.NetworkInformation;
using Serilog.Events;
using SideBySide.Tracing;
using TcpClose.Events;

namespace SideBySide.Timeline;

/// <summary>Everything that the available sources observed of one connection.</summary>
/// <param name="ClientPort">The client's port.</param>
/// <param name="Events">
/// The consoles' events in the order of printing, then the states of the relay's socket, if any.
/// </param>
/// <param name="Client">The kernel's trace of the client's socket; null if there is none.</param>
/// <param name="Server">The kernel's trace of the server's socket; null if there is none.</param>
/// <param name="Segments">The captured segments; null if there is no capture.</param>
public sealed record ObservedRun(
    int ClientPort, IReadOnlyList<LogEvent> Events, SocketHistory? Client, SocketHistory? Server,
    IReadOnlyList<SegmentEvent>? Segments)
{
    // The maximum time, in nanoseconds, between an abort's RST and the socket's change to CLOSED. Either may be first.
    private const long CloseTogether = 1_000_000;

    /// <summary>Which connection this is.</summary>
    public Leg Leg { get; init; }

    /// <summary>All events in order.</summary>
    public IReadOnlyList<TimelineEvent> Timeline()
    {
        StateEvent[] looks = [.. Events.Select(ConsoleEventReader.ReadState).OfType<StateEvent>()];
        long[] resets = [.. (Segments ?? []).Where(s => s.Has("RST") && !s.IsLost).Select(s => s.At)];
        StateEvent[] traced = [.. ((Side[])[Side.Client, Side.Server]).SelectMany(side =>
            History(side) is { } history ? StateTrack.FromTrace(history, side, looks, resets) : [])
            .Select(AtItsSegment)];
        (IReadOnlyList<CallEvent> calls, IReadOnlyList<StateEvent> read) = ConsoleEvents(traced);
        return TimelineMerger.Merge(LeftOutCalls.Mark(calls), traced, read, Segments ?? []);
    }

    /// <summary>The states of one side in order, beginning with its initial state, if known.</summary>
    public IEnumerable<TcpState> StatesOf(Side side) =>
        [.. InitialStates().Where(b => b.Key == side).Select(b => b.Value),
            .. Timeline().OfType<StateEvent>().Where(m => m.Side == side).Select(m => m.State)];

    // The calls on this connection, in order. For a side without a trace, also the changes of state that its console
    // read.
    private (IReadOnlyList<CallEvent> Calls, IReadOnlyList<StateEvent> Read) ConsoleEvents(StateEvent[] traced)
    {
        var calls = new List<CallEvent>();
        var read = new List<StateEvent>();
        var last = InitialStates();
        foreach (LogEvent e in Events.Where(
            e => e.Get<int>("Connection") == ClientPort || e.Get<string>("Side") == "client"))
        {
            CallEvent? call = ConsoleEventReader.Read(e) is { } logged ? Place(logged, traced) : null;
            if (call is not null) calls.Insert(PlaceOf(call, calls), call);
            if (ConsoleEventReader.ReadState(e) is not { } state || History(state.Side) is not null
                || (last.TryGetValue(state.Side, out TcpState known) && known == state.State)) continue;
            last[state.Side] = state.State;

            // As in the kernel, the client is ESTABLISHED before Connect returns.
            read.Add(call is null ? state with { IsPolled = new LegEnd(Leg, state.Side).IsRelay }
                : state with { At = call.Phase == ClosePhase.Connected ? call.At - 1 : call.At });
        }

        return (calls, read);
    }

    // The calls of a relay are unknown. Without the mark IsBySending, a state that began when the relay sent a segment
    // would be drawn as an effect of the segment before.
    private StateEvent AtItsSegment(StateEvent state) => new LegEnd(Leg, state.Side).IsRelay
        && (state.State is TcpState.SynSent or TcpState.FinWait1 or TcpState.LastAck
            || (state.State == TcpState.Closed && (Segments ?? []).FirstOrDefault(s =>
                s.Side == state.Side && s.Has("RST")) is { } reset && Math.Abs(reset.At - state.At) < CloseTogether))
        ? state with { IsBySending = true }
        : state;

    private CallEvent Place(CallEvent call, StateEvent[] traced) =>
        call.Phase == ClosePhase.Connected
            ? call with { At = Math.Max(call.AtItsSynAck(FirstSynAck()).At, EstablishedAt() ?? 0) + 1 }
            : call.AtItsSegment(Segments ?? []).BeforeItsState(call.At, traced);

    // The place of a new call in the list: usually the end. A console writes the event with a direction's total late,
    // so this event gets the place of the direction's last call.
    private static int PlaceOf(CallEvent call, List<CallEvent> calls) =>
        call.Calls is not null && calls.FindIndex(c => c.At > call.At) is var later and >= 0 ? later : calls.Count;

    private IEnumerable<SegmentEvent> FirstSynAck() =>
        (Segments ?? []).Where(s => s.Segment.Flags == "SYN ACK" && !s.IsLost).Take(1);

    private long? EstablishedAt() =>
        Client?.Transitions.Where(t => t.To == TcpState.Established).Select(t => (long?)t.At).FirstOrDefault();

    private SocketHistory? History(Side side) => side == Side.Client ? Client : Server;

    /// <summary>The state in which each side began, CLOSED or LISTEN, if known.</summary>
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
