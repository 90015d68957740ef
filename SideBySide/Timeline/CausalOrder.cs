using System.Net.NetworkInformation;
using TcpClose.Events;

namespace SideBySide.Timeline;

/// <summary>
/// Determines the causes of each event. A segment follows the call that sent it, and the state that its sender entered
/// by sending it. A state, or the return of a call, follows the segment that caused it. This corrects the order if two
/// clocks differ by some microseconds.
/// </summary>
internal sealed class CausalOrder(
    IReadOnlyList<CallEvent> calls, IReadOnlyList<StateEvent> states, IReadOnlyList<SegmentEvent> segments)
{
    /// <summary>The events that must precede an event.</summary>
    public IEnumerable<TimelineEvent> CausesOf(TimelineEvent entry) => (entry switch
    {
        SegmentEvent segment => SentBecauseOf(segment),
        StateEvent { Side: Side.Client, State: TcpState.Established } state =>
            [StateBecauseOf(state), CallOf(state), LastSyn],
        StateEvent state => [StateBecauseOf(state), CallOf(state)],
        CallEvent { Phase: ClosePhase.Connected } call => [ReturnedBecauseOf(call), LastSyn],
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

        // Linux may send the last ACK just before it enters TIME-WAIT. RFC 9293 3.10.7.4 does not define the order.
        // Here the state is first.
        if (First(segment.Side.Peer(), s => s.Has("FIN"), arrived: true)?.End == segment.Segment.Acknowledgement
            && FirstState(segment.Side, TcpState.Closing) is null
            && FirstState(segment.Side, TcpState.TimeWait) is { } traced && CallOf(traced) is null)
        {
            yield return traced;
        }
    }

    private SegmentEvent? StateBecauseOf(StateEvent state)
    {
        SegmentEvent? fin = First(state.Side, s => s.Has("FIN"), arrived: false);
        return state.State switch
        {
            TcpState.Established when state.Side == Side.Client => FirstFromPeer(state, s => s.Has("SYN")),
            // Linux reports the server's SYN-RECEIVED only when the handshake is complete.
            TcpState.SynReceived or TcpState.Established => FirstFromPeer(state, s => !s.Has("SYN")),
            TcpState.CloseWait or TcpState.Closing or TcpState.TimeWait => FirstFromPeer(state, s => s.Has("FIN")),
            TcpState.FinWait2 => FirstFromPeer(state, s => s.Segment.Acknowledgement == fin?.End),
            TcpState.Closed when First(state.Side, s => s.Has("RST"), arrived: false) is not null => null,
            TcpState.Closed => FirstFromPeer(state, s => s.Has("RST"))
                ?? FirstFromPeer(state, s => s.Segment.Acknowledgement == fin?.End),
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

    // The client's last SYN precedes its ESTABLISHED. If this SYN follows the SYN ACK in the capture, the two crossed.
    private SegmentEvent? LastSyn => segments.LastOrDefault(s => s.Side == Side.Client && s.Segment.Flags == "SYN");

    // The call after which the state was read, or the call that caused the state. Both have the time of the state.
    private CallEvent? CallOf(StateEvent state) =>
        calls.FirstOrDefault(c => c.Side == state.Side && c.At == state.At);

    private SegmentEvent? FirstFromPeer(TimelineEvent entry, Func<SegmentEvent, bool> wanted) =>
        First(entry.Side.Peer(), wanted, arrived: true);

    private SegmentEvent? First(Side side, Func<SegmentEvent, bool> wanted, bool arrived) =>
        segments.FirstOrDefault(s => s.Side == side && !(arrived && s.IsLost) && wanted(s));

    private StateEvent? FirstState(Side side, params TcpState[] wanted) =>
        states.FirstOrDefault(s => s.Side == side && wanted.Contains(s.State));

    private CallEvent? FirstCall(Side side, params ClosePhase[] phases) =>
        calls.FirstOrDefault(c => c.Side == side && phases.Contains(c.Phase));
}
