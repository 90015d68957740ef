using System.Net.NetworkInformation;
using SideBySide.Captures;
using SideBySide.Explaining.Resets;
using TcpClose.Events;

namespace SideBySide.Explaining;

/// <summary>
/// Infers the states of one end from what it sent and received, by RFC 9293 (3.3.2 and 3.10.7.4). An acknowledgement
/// number proves that everything before it arrived. A SYN ACK or a FIN counts as arrived only with this proof. An ACK
/// or a RST is assumed to have arrived, unless a later segment contradicts this.
/// </summary>
internal sealed class StateInference
{
    // The retransmission timer needs more than this time: at least 200 ms on Linux. A segment that is repeated sooner
    // was repeated for another reason, for instance as a tail loss probe (RFC 8985).
    internal static readonly TimeSpan MinRetransmissionTimeout = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan MaxFlight = TimeSpan.FromSeconds(1);

    private readonly IReadOnlyList<CapturedSegment> _segments;
    private readonly Side _side;
    private readonly HashSet<CapturedSegment> _genuineResets, _doubtfulResets, _outOfWindow;
    private readonly List<InferredState> _states = [];
    private readonly double _maxRepeatAfterReset;

    private StateInference(IReadOnlyList<CapturedSegment> segments, Side side,
        IReadOnlyList<CapturedReset> resets, TimeSpan roundTrip)
    {
        _segments = segments;
        _side = side;
        _maxRepeatAfterReset = Math.Max(MinRetransmissionTimeout.TotalNanoseconds, 2 * roundTrip.TotalNanoseconds);
        _outOfWindow = resets.Where(r => r.IsOutOfWindow).Select(r => r.Segment).ToHashSet();
        _doubtfulResets = resets.Where(r => r.NextHop is not null).Select(r => r.Segment).ToHashSet();
        _genuineResets =
            resets.Where(r => !r.IsOutOfWindow && r.Suspicion is null).Select(r => r.Segment).ToHashSet();
    }

    /// <summary>
    /// The states of an end, in order; none if it is not known which FIN was first. <paramref name="roundTrip"/> is 0
    /// if it is not known.
    /// </summary>
    public static IReadOnlyList<InferredState> Of(IReadOnlyList<CapturedSegment> segments, Side side,
        IReadOnlyList<CapturedReset> resets, TimeSpan roundTrip, bool isOrderKnown)
    {
        if (!isOrderKnown) return [];
        var inference = new StateInference(segments, side, resets, roundTrip);
        inference.Open();
        inference.Close();
        inference.Reset();
        return inference._states;
    }

    private TcpState? Last => _states.Count == 0 ? null : _states[^1].State;

    private void Open()
    {
        if (Own(s => s.Has(TcpFlags.Syn)) is { } syn)
            Add(syn.Has(TcpFlags.Ack) ? TcpState.SynReceived : TcpState.SynSent, syn, syn);

        // The client enters ESTABLISHED with the SYN ACK, the server with an ACK of its SYN.
        CapturedSegment? proof = Own(s => !s.Has(TcpFlags.Syn | TcpFlags.Rst));
        CapturedSegment? cause = _side == Side.Client
            ? _segments.LastOrDefault(s => s.Side != _side && s.Has(TcpFlags.Syn) && s.Has(TcpFlags.Ack)
                && IsBefore(s, proof))
            : Peers(s => !s.Has(TcpFlags.Syn | TcpFlags.Rst) && s.Has(TcpFlags.Ack)
                && !IsContradicted(s, other => other.Has(TcpFlags.Syn)));
        if (Last is not null && cause is not null) Add(TcpState.Established, cause, proof);
        else if (Last is null && proof is not null) Add(TcpState.Established, proof, proof);      // it began earlier
    }

    private void Close()
    {
        CapturedSegment? own = Own(s => s.Has(TcpFlags.Fin)), peers = Peers(s => s.Has(TcpFlags.Fin));
        CapturedSegment? proofOfPeers = peers is null ? null : Own(s => s.Acknowledges(peers.End)
            && !s.Has(TcpFlags.Rst));
        CapturedSegment? arrival = proofOfPeers is null ? null : ArrivalOfFin(proofOfPeers);
        if (own is null)
        {
            if (arrival is not null) Add(TcpState.CloseWait, arrival, proofOfPeers);
            return;
        }

        if (arrival is not null && own.Acknowledges(peers!.End))
        {
            Add(TcpState.CloseWait, arrival, proofOfPeers);
            Add(TcpState.LastAck, own, own);
            if (AckOf(own) is { } last) Add(TcpState.Closed, last, null);
            return;
        }

        Add(TcpState.FinWait1, own, own);
        CapturedSegment? acknowledged = AckOf(own);
        bool crossed = arrival is not null && (acknowledged is null || IsBefore(arrival, acknowledged));
        if (crossed)
        {
            Add(TcpState.Closing, arrival!, proofOfPeers);
            acknowledged = AckOf(own, after: _states[^1].Cause.Frame) ?? acknowledged;
            if (acknowledged is not null) Add(TcpState.TimeWait, acknowledged, null);
            return;
        }

        // The ACK of the end's FIN has arrived if the end acknowledged something that the peer sent with or after that
        // ACK.
        if (acknowledged is not null) Add(TcpState.FinWait2, acknowledged, ProofOfArrival(acknowledged));
        if (arrival is not null) Add(TcpState.TimeWait, arrival, proofOfPeers);
    }

    private void Reset()
    {
        foreach (CapturedSegment reset in _segments.Where(s => s.Has(TcpFlags.Rst)))
        {
            if (Last is null or TcpState.Closed) return;
            if (reset.Side == _side)
            {
                if (!_genuineResets.Contains(reset)) continue;
                RemoveWhatCameAfter(reset);
                Add(TcpState.Closed, reset, _doubtfulResets.Contains(reset) ? null : reset);
            }
            else if (IsAcceptable(reset))
            {
                RemoveWhatCameAfter(reset);
                Add(TcpState.Closed, reset, null);
            }
        }
    }

    private void RemoveWhatCameAfter(CapturedSegment reset) =>
        _states.RemoveAll(s => s.Cause.Frame > reset.Frame);

    // An end accepts a RST only with the sequence number that it expects (RFC 9293 3.10.7.4, RFC 5961; Linux's
    // exception: ResetClassifier.LowestAcceptable). In SYN-SENT, the RST must acknowledge the SYN instead. An end that
    // continues to send has not accepted the RST.
    private bool IsAcceptable(CapturedSegment reset)
    {
        bool sendsOn = _segments.Any(s => s.Side == _side && s.Frame > reset.Frame && !s.Has(TcpFlags.Rst)
            && (s.Acknowledges(reset.Sequence + 1)
                || (s.End > s.Sequence && s.Kind == SegmentKind.New && s.At - reset.At > MaxFlight.TotalNanoseconds)
                || (s.Kind == SegmentKind.Repeated && s.At - reset.At > _maxRepeatAfterReset)));
        if (Last == TcpState.SynSent) return reset.Has(TcpFlags.Ack) && !sendsOn;
        return !sendsOn && !_outOfWindow.Contains(reset);
    }

    // The first ACK of the end's FIN after which the end did not repeat the FIN: that ACK has arrived.
    private CapturedSegment? AckOf(CapturedSegment fin, int after = 0) =>
        Peers(s => s.Acknowledges(fin.End) && s.Frame > Math.Max(fin.Frame, after) && !s.Has(TcpFlags.Rst)
            && !IsContradicted(s, again => again.Has(TcpFlags.Fin)));

    // The last transmission of the peer's FIN before this side's ACK. A repetition that comes too soon for a timer does
    // not count.
    private CapturedSegment? ArrivalOfFin(CapturedSegment proof)
    {
        CapturedSegment? arrival = null;
        CapturedSegment? previous = null;
        foreach (CapturedSegment fin in _segments.Where(s => s.Side != _side && s.Has(TcpFlags.Fin) && IsBefore(s,
            proof)))
        {
            if (previous is null || fin.At - previous.At >= MinRetransmissionTimeout.TotalNanoseconds) arrival = fin;
            previous = fin;
        }

        return arrival;
    }

    private bool IsContradicted(CapturedSegment arrived, Func<CapturedSegment, bool> repeated) =>
        _segments.Any(s => s.Side == _side && s.Frame > arrived.Frame && s.Kind == SegmentKind.Repeated && repeated(s));

    private CapturedSegment? ProofOfArrival(CapturedSegment segment) => Own(own => own.Frame > segment.Frame
        && _segments.Any(later => later.Side == segment.Side && later.Frame >= segment.Frame && later.Frame < own.Frame
            && later.End > later.Sequence && later.Kind == SegmentKind.New && own.Acknowledges(later.End)));

    private CapturedSegment? Own(Func<CapturedSegment, bool> wanted) =>
        _segments.FirstOrDefault(s => s.Side == _side && wanted(s));

    private CapturedSegment? Peers(Func<CapturedSegment, bool> wanted) =>
        _segments.FirstOrDefault(s => s.Side != _side && wanted(s));

    private static bool IsBefore(CapturedSegment segment, CapturedSegment? other) =>
        other is not null && segment.Frame < other.Frame;

    // A state does not begin before the previous state. If its cause was captured before the previous state's cause,
    // the state begins at its proof. If the proof is missing or was captured before the previous state's cause, too,
    // both states begin together.
    private void Add(TcpState state, CapturedSegment cause, CapturedSegment? proof)
    {
        if (_states.Count > 0 && _states[^1].Cause is var previous && cause.Frame < previous.Frame)
            cause = proof is not null && proof.Frame > previous.Frame ? proof : previous;
        _states.Add(new InferredState(_side, state, cause, proof));
    }
}
