using System.Net.NetworkInformation;
using TcpClose;

namespace SideBySide;

/// <summary>
/// What cannot have happened before what: a segment not before the call and the state that sent it, a state or the return
/// of a call not before the segment that brought it about. Clocks that differ by microseconds are put right by it.
/// </summary>
internal sealed class Causality
{
    private readonly IReadOnlyList<SegmentMoment> _segments;
    private readonly IReadOnlyList<Moment> _others;

    public Causality(IReadOnlyList<SegmentMoment> segments, IReadOnlyList<Moment> others)
    {
        _segments = segments;
        _others = others;
    }

    /// <summary>What must stand before the moment: of a segment calls and states, of these a segment.</summary>
    public IEnumerable<Moment> CausesOf(Moment moment) => (moment switch
    {
        SegmentMoment segment => SentBecauseOf(segment),
        StateMoment state => [StateBecauseOf(state)],
        CallMoment call => [ReturnedBecauseOf(call)],
        _ => [],
    }).OfType<Moment>();

    private IEnumerable<Moment?> SentBecauseOf(SegmentMoment segment)
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

    private SegmentMoment? StateBecauseOf(StateMoment state)
    {
        SegmentMoment? fin = First(state.Side, s => s.Has("FIN"), arrived: false);
        return state.State switch
        {
            TcpState.Established when state.Side == Side.Client => FirstFromPeer(state, s => s.Has("SYN")),
            // Linux makes the server's socket only when the handshake is complete, and tells of SYN-RECEIVED then.
            TcpState.SynReceived or TcpState.Established => FirstFromPeer(state, s => !s.Has("SYN")),
            TcpState.CloseWait or TcpState.Closing or TcpState.TimeWait => FirstFromPeer(state, s => s.Has("FIN")),
            TcpState.FinWait2 => FirstFromPeer(state, s => s.Segment.Acknowledgement == fin?.End),
            TcpState.Closed when LastBefore(state) is TcpState.LastAck => FirstFromPeer(state, s => s.Segment.Acknowledgement == fin?.End),
            TcpState.Closed => FirstFromPeer(state, s => s.Has("RST")),
            _ => null,
        };
    }

    private SegmentMoment? ReturnedBecauseOf(CallMoment call) => call.Phase switch
    {
        ClosePhase.Connected => FirstFromPeer(call, s => s.Has("SYN")),
        ClosePhase.Accepted => FirstFromPeer(call, s => !s.Has("SYN")),
        ClosePhase.Received => FirstFromPeer(call, s => s.Segment.Length > 0),
        ClosePhase.FinRead => FirstFromPeer(call, s => s.Has("FIN")),
        ClosePhase.ResetReceived => FirstFromPeer(call, s => s.Has("RST")),
        _ => null,
    };

    private SegmentMoment? FirstFromPeer(Moment moment, Func<SegmentMoment, bool> wanted) =>
        First(moment.Side == Side.Client ? Side.Server : Side.Client, wanted, arrived: true);

    private SegmentMoment? First(Side side, Func<SegmentMoment, bool> wanted, bool arrived) =>
        _segments.FirstOrDefault(s => s.Side == side && !(arrived && s.IsLost) && wanted(s));

    private StateMoment? FirstState(Side side, params TcpState[] states) =>
        _others.OfType<StateMoment>().FirstOrDefault(s => s.Side == side && states.Contains(s.State));

    private CallMoment? FirstCall(Side side, params ClosePhase[] phases) =>
        _others.OfType<CallMoment>().FirstOrDefault(c => c.Side == side && phases.Contains(c.Phase));

    private TcpState? LastBefore(StateMoment state) =>
        _others.OfType<StateMoment>().TakeWhile(s => s != state).LastOrDefault(s => s.Side == state.Side)?.State;
}
