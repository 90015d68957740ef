using SideBySide.Captures;
using SideBySide.Explaining.Resets;
using SideBySide.Summary;
using TcpClose.Events;

namespace SideBySide.Explaining;

/// <summary>What happened in a connection of a capture.</summary>
internal sealed class ConnectionFacts
{
    /// <summary>Finds the facts of a connection.</summary>
    public ConnectionFacts(CapturedConnection connection, CaptureIndex? index = null)
    {
        Connection = connection;
        Index = index;
        Segments = connection.Segments;
        Syn = First(Side.Client, s => s.Has(TcpFlags.Syn));
        SynAck = First(Side.Server, s => s.Has(TcpFlags.Syn));
        ClientFin = FinOf(Side.Client);
        ServerFin = FinOf(Side.Server);
        Resets = ResetClassifier.Classify(this);
        Form = FindForm();
        States = [.. ((Side[])[Side.Client, Side.Server]).SelectMany(s =>
            StateInference.Of(Segments, s, Resets, RoundTrip, isOrderKnown: !IsOrderUnknown))];
    }

    /// <summary>The connection.</summary>
    public CapturedConnection Connection { get; }

    /// <summary>What the other connections of the capture show; null if they are not known.</summary>
    public CaptureIndex? Index { get; }

    /// <summary>The kept segments, in the order of the capture.</summary>
    public IReadOnlyList<CapturedSegment> Segments { get; }

    /// <summary>The client's SYN; null if it is not in the capture.</summary>
    public CapturedSegment? Syn { get; }

    /// <summary>The server's SYN, usually a SYN ACK; null if it is not in the capture.</summary>
    public CapturedSegment? SynAck { get; }

    /// <summary>The client's FIN; null without one.</summary>
    public CapturedFin? ClientFin { get; }

    /// <summary>The server's FIN; null without one.</summary>
    public CapturedFin? ServerFin { get; }

    /// <summary>How the connection ended.</summary>
    public CloseForm Form { get; }

    /// <summary>The resets, in order.</summary>
    public IReadOnlyList<CapturedReset> Resets { get; }

    /// <summary>The states of the two ends that the segments imply.</summary>
    public IReadOnlyList<InferredState> States { get; }

    /// <summary>Whether both SYNs are in the capture.</summary>
    public bool IsOpened => Syn is not null && SynAck is not null;

    /// <summary>Whether the capture begins in the middle of the connection.</summary>
    public bool BeganBefore => Syn is null && SynAck is null;

    /// <summary>The captured FIN that was sent first; null without one.</summary>
    public CapturedFin? FirstFin => ClientFin is null ? ServerFin : ServerFin is null ? ClientFin
        : ServerFin.First.Acknowledges(ClientFin.First.End) ? ClientFin
        : ClientFin.First.Acknowledges(ServerFin.First.End) ? ServerFin
        : ClientFin.First.Frame < ServerFin.First.Frame ? ClientFin : ServerFin;

    /// <summary>
    /// The end that sent its FIN first, even if the capture missed that FIN. Null without a FIN, or with
    /// <see cref="IsOrderUnknown"/>.
    /// </summary>
    public Side? FirstToEnd => FirstFin is not { } fin || IsOrderUnknown ? null
        : SecondFin is null && IsFinNotCaptured(fin.First.Side.Peer())
            && fin.First.Acknowledges(Connection.From(fin.First.Side.Peer()).Next ?? long.MaxValue)
            ? fin.First.Side.Peer()
            : fin.First.Side;

    /// <summary>Whether the capture contains the second FIN but not the first.</summary>
    public bool HasMissedFirstFin => FirstFin is { } fin && FirstToEnd is { } first && first != fin.First.Side;

    /// <summary>
    /// Whether the only captured FIN may be the second one: the connection began before the capture, and the capture
    /// has no data of the other end. (Data would prove that the other end had not sent its FIN before the capture.)
    /// </summary>
    public bool IsOrderUnknown => BeganBefore && FirstFin is { } fin && SecondFin is null
        && Connection.From(fin.First.Side.Peer()) is { Bytes: 0, IsTailMissing: false };

    /// <summary>Whether the capture contains only SYNs of the client.</summary>
    public bool HasNeverOpened => Syn is not null && SynAck is null && Resets.Count == 0
        && Segments.All(s => s.Side == Side.Client && s.Has(TcpFlags.Syn));

    /// <summary>The FIN that was sent second; null unless both were captured.</summary>
    public CapturedFin? SecondFin =>
        ClientFin is null || ServerFin is null ? null : FirstFin == ClientFin ? ServerFin : ClientFin;

    /// <summary>Whether both FINs have been acknowledged.</summary>
    public bool AreBothFinsAcknowledged => ClientFin is { Ack: not null } && ServerFin is { Ack: not null };

    /// <summary>
    /// Whether an end probably sent a FIN that was not captured: the end's last number was acknowledged, but not
    /// captured.
    /// </summary>
    public bool IsFinNotCaptured(Side side) => Fin(side) is null && Connection.From(side).IsLastNumberMissing;

    /// <summary>The bytes of an end that were acknowledged, but not captured.</summary>
    public long Missing(Side side) => Connection.From(side).Missing - (IsFinNotCaptured(side) ? 1 : 0);

    /// <summary>The FIN that a segment's sender had sent before that segment; null without one.</summary>
    public CapturedFin? FinBefore(CapturedSegment segment) =>
        Fin(segment.Side) is { } fin && fin.First.Frame < segment.Frame ? fin : null;

    /// <summary>Whether the capture may lack an end's FIN, because the end's last numbers were not captured.</summary>
    public bool MayLackFin(Side side) => Fin(side) is null && Missing(side) > 0 && Connection.From(side).IsTailMissing;

    /// <summary>The FIN of an end; null without one.</summary>
    public CapturedFin? Fin(Side side) => side == Side.Client ? ClientFin : ServerFin;

    /// <summary>
    /// For how long only one direction was closed, and how many bytes were sent in the other one in that time. The time
    /// ends with the second FIN or a RST, whichever comes first; without them, with the last segment. Both values are 0
    /// for <see cref="CloseForm.CrossedFins"/>. Null without a FIN, or if the first FIN may be missing from the
    /// capture.
    /// </summary>
    public (TimeSpan Time, long Bytes)? HalfClosed
    {
        get
        {
            if (FirstFin is not { } fin || FirstToEnd != fin.First.Side) return null;
            if (Form == CloseForm.CrossedFins) return (TimeSpan.Zero, 0);
            CapturedSegment? reset = Resets.FirstOrDefault(r => r.Segment.Frame > fin.First.Frame)?.Segment;
            CapturedSegment? second = SecondFin?.First;
            CapturedSegment? end = second is null || (reset is not null && reset.Frame < second.Frame) ? reset : second;
            long until = end?.At ?? Connection.LastAt;
            Side sender = fin.First.Side.Peer();
            long bytes = Segments.Where(s => s.Frame > fin.First.Frame && (end is null || s.Frame <= end.Frame)
                && !s.Has(TcpFlags.Rst)).Sum(s => (s.Side == sender ? s.NewBytes : 0)
                    + ((sender == Side.Client ? s.Skipped?.ClientBytes : s.Skipped?.ServerBytes) ?? 0));
            return (TimeSpan.FromMicroseconds((until - fin.First.At) / 1000.0), bytes);
        }
    }

    /// <summary>
    /// The time from the SYN to the ACK of the SYN ACK, a round trip wherever the capture was made. 0 without the
    /// opening.
    /// </summary>
    public TimeSpan RoundTrip => Syn is not null && SynAck is not null
        && First(Side.Client, s => s.Frame > SynAck.Frame && s.Acknowledges(SynAck.End)) is { } ack
            ? Wording.Between(Segments.Last(s => s.Side == Side.Client && s.Has(TcpFlags.Syn)
                && (s.Frame < SynAck.Frame || s == Syn)).At, ack.At)
            : TimeSpan.Zero;

    /// <summary>How long neither end had sent anything but pure ACKs and probes before a segment.</summary>
    public TimeSpan SilenceBefore(CapturedSegment segment)
    {
        CapturedSegment? last = null;
        for (int i = Segments.Count - 1; i >= 0; i--)
        {
            CapturedSegment s = Segments[i];
            if (s.Frame >= segment.Frame) continue;
            bool isProbe = s.Kind is SegmentKind.KeepAlive or SegmentKind.WindowProbe;
            last = s;
            if (s.Has(TcpFlags.Rst) || (s.End > s.Sequence && !isProbe)
                || s.Skipped is { ClientBytes: > 0 } or { ServerBytes: > 0 }) break;
        }

        return last is null ? TimeSpan.Zero : Wording.Between(last.At, segment.At);
    }

    private CapturedSegment? First(Side side, Func<CapturedSegment, bool> wanted) =>
        Segments.FirstOrDefault(s => s.Side == side && wanted(s));

    private CapturedFin? FinOf(Side side)
    {
        CapturedSegment[] fins = [.. Segments.Where(s => s.Side == side && s.Has(TcpFlags.Fin)
            && !s.Has(TcpFlags.Rst))];
        if (fins.Length == 0) return null;
        CapturedSegment? ack = First(side.Peer(), s => s.Acknowledges(fins[0].End) && !s.Has(TcpFlags.Rst));
        return new CapturedFin(fins[0], fins[1..], ack);
    }

    private CloseForm FindForm()
    {
        bool reset = Resets.Any(r => !r.IsOutOfWindow
            && !(r.Kind == ResetKind.Forged && ForgedReset.IsWithoutEffect(this, r.Segment)));
        if (FirstFin is not { } first) return reset ? CloseForm.Reset : CloseForm.Open;
        if (reset && !AreBothFinsAcknowledged) return CloseForm.Reset;
        if (HasMissedFirstFin) return CloseForm.FourSegments;
        if (SecondFin is not { } second) return CloseForm.HalfClosed;
        return !second.First.Acknowledges(first.First.End) ? CloseForm.CrossedFins
            : first.Ack == second.First ? CloseForm.ThreeSegments : CloseForm.FourSegments;
    }
}
