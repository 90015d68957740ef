using System.Net.NetworkInformation;
using TcpClose.Events;

namespace SideBySide.Timeline;

/// <summary>
/// The causes of each event. A segment follows the call and the state that sent it. A state, or the return of a call,
/// follows the segment that caused it. This corrects the order if two clocks differ by some microseconds.
/// </summary>
internal sealed class CausalOrder
{
    private readonly IReadOnlyList<SegmentEvent> _segments;
    private readonly IReadOnlyList<TimelineEvent> _others;

    public CausalOrder(IReadOnlyList<SegmentEvent> segments, IReadOnlyList<TimelineEvent> others)
    {
        _segments = segments;
        _others = others;
    }

    /// <summary>
    /// The events that must precede an event: calls and states for a segment, a segment for a call or a state.
    /// </summary>
    public IEnumerable<TimelineEvent> CausesOf(TimelineEvent entry) => (entry switch
    {
        SegmentEvent segment => SentBecauseOf(segment),
        StateEvent state => [StateBecauseOf(state)],
        CallEvent call => [ReturnedBecauseOf(call)],
        _ => [],
    }).OfType<TimelineEvent>();

    private IEnumerable<TimelineEvent?> SentBecauseOf(SegmentEvent segment)
    {
        if (segment.Has("SYN") && segment.Side == Side.Client) yield return FirstState(segment.Side, TcpState.SynSent);
        if (segment.Segment.Length > 0) yield return FirstCall(segment.Side, ClosePhase.Sent);
        if (segment.Has("FIN"))
        {
            yield return FirstState(segment.Side, TcpState.FinWait1, TcpState.LastAck);
            yield return FirstCall(segment.Side, ClosePhase.FinQueued, ClosePhase.SocketClosed);
        }

        if (segment.Has("RST")) yield return FirstCall(segment.Side, ClosePhase.Aborted);
    }

    private SegmentEvent? StateBecauseOf(StateEvent state)
    {
        SegmentEvent? fin = First(state.Side, s => s.Has("FIN"), arrived: false);
        return state.State switch
        {
            TcpState.Established when state.Side == Side.Client => FirstFromPeer(state, s => s.Has("SYN")),
            // Linux makes the server's socket only when the handshake is complete, and reports SYN-RECEIVED then.
            TcpState.SynReceived or TcpState.Established => FirstFromPeer(state, s => !s.Has("SYN")),
            TcpState.CloseWait or TcpState.Closing or TcpState.TimeWait => FirstFromPeer(state, s => s.Has("FIN")),
            TcpState.FinWait2 => FirstFromPeer(state, s => s.Segment.Acknowledgement == fin?.End),
            TcpState.Closed when LastBefore(state) is TcpState.LastAck =>
                FirstFromPeer(state, s => s.Segment.Acknowledgement == fin?.End),
            TcpState.Closed => FirstFromPeer(state, s => s.Has("RST")),
            _ => null,
        };
    }

    private SegmentEvent? ReturnedBecauseOf(CallEvent call) => call.Phase switch
    {
        ClosePhase.Connected => FirstFromPeer(call, s => s.Has("SYN")),
        ClosePhase.Accepted => FirstFromPeer(call, s => !s.Has("SYN")),
        ClosePhase.Received => FirstFromPeer(call, s => s.Segment.Length > 0),
        ClosePhase.FinRead => FirstFromPeer(call, s => s.Has("FIN")),
        ClosePhase.ResetReceived => FirstFromPeer(call, s => s.Has("RST")),
        _ => null,
    };

    private SegmentEvent? FirstFromPeer(TimelineEvent entry, Func<SegmentEvent, bool> wanted) =>
        First(entry.Side.Peer(), wanted, arrived: true);

    private SegmentEvent? First(Side side, Func<SegmentEvent, bool> wanted, bool arrived) =>
        _segments.FirstOrDefault(s => s.Side == side && !(arrived && s.IsLost) && wanted(s));

    private StateEvent? FirstState(Side side, params TcpState[] states) =>
        _others.OfType<StateEvent>().FirstOrDefault(s => s.Side == side && states.Contains(s.State));

    private CallEvent? FirstCall(Side side, params ClosePhase[] phases) =>
        _others.OfType<CallEvent>().FirstOrDefault(c => c.Side == side && phases.Contains(c.Phase));

    private TcpState? LastBefore(StateEvent state) =>
        _others.OfType<StateEvent>().TakeWhile(s => s != state).LastOrDefault(s => s.Side == state.Side)?.State;
}
