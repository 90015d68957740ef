namespace SideBySide.Captures;

/// <summary>
/// Follows one direction of a connection: makes its numbers relative, and compares each segment with those before it.
/// </summary>
internal sealed class DirectionTracker
{
    // Decides only if nothing else shows whether a late segment was overtaken or sent again. Within this time after the
    // newest segment it counts as overtaken. Sending again usually takes longer, because a sender needs a round trip to
    // notice a loss.
    private static readonly TimeSpan MaxReordering = TimeSpan.FromMilliseconds(3);

    private const int MaxGaps = 256, MinDuplicateAcks = 3;

    private uint? _first;
    private long _lastRelative;
    private CapturedSegment? _newest;
    private List<Gap>? _gaps;
    private long _missingInOldGaps;
    private long? _probed;
    private uint? _newestTimeStamp;
    private HeaderTrend _headers;
    private RepeatRuns? _runs;
    private int _unansweredProbes, _duplicateAcks;
    private bool _hasReset, _hasSynAck;
    private long? _lastDataAt;
    private long _peerBytesAtLastData;

    /// <summary>
    /// The sequence number after the highest one that was captured or acknowledged; null until there is one.
    /// </summary>
    public long? Next { get; private set; }

    /// <summary>The highest acknowledgement number that the peer has sent.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>
    /// Bytes that the peer has acknowledged, although no captured segment contains them. A FIN counts as one.
    /// </summary>
    public long Missing => _missingInOldGaps
        + (_gaps is null ? 0 : _gaps.Sum(g => Math.Max(0, Math.Min(g.To, Acknowledged) - g.From)));

    /// <summary>
    /// By how many bits the sender's SYN offers to shift its windows; -1 without the window scale option; null if the
    /// SYN was not captured, or was captured only in part.
    /// </summary>
    public int? OfferedShift { get; set; }

    /// <summary>Repetitions since the peer's last segment.</summary>
    public int UnansweredRepeats { get; private set; }

    /// <summary>
    /// The run that took the longest time, from those that the peer has answered; null if there is none. A run of fewer
    /// than <see cref="RepeatRun.MinRepeats"/> repetitions does not count.
    /// </summary>
    public RepeatRun? AnsweredRun => _runs?.Answered;

    /// <summary>
    /// The repetitions of the last repeated segment; null if there are none, or if the peer has sent a segment after
    /// them.
    /// </summary>
    public RepeatRun? UnansweredRun => _runs?.Current;

    /// <summary>The bytes that the peer has not acknowledged. A FIN counts as one.</summary>
    public long Unacknowledged => Next is { } next ? Math.Max(0, next - Math.Max(1, Acknowledged)) : 0;

    /// <summary>
    /// Whether the last numbers of the direction were acknowledged, but not captured. A FIN may be among them.
    /// </summary>
    public bool IsTailMissing => _gaps is [.., var last] && last.To == Next && Acknowledged >= last.To;

    /// <summary>
    /// Whether the direction ends with a gap of one number, which was acknowledged but not captured. This number is
    /// likely to be that of a FIN.
    /// </summary>
    public bool IsLastNumberMissing => _gaps is [.., var last] && last.To == Next && last.To == last.From + 1;

    /// <summary>The last window that the sender advertised, not scaled; -1 before the first.</summary>
    public int Window { get; set; } = -1;

    /// <summary>Bytes of payload, each counted once.</summary>
    public long Bytes { get; private set; }

    /// <summary>The sequence number of a segment, relative to the first sequence number of this direction.</summary>
    /// <param name="number">The number in the segment.</param>
    /// <param name="isSyn">Whether the segment has a SYN. The relative number of a SYN is 0.</param>
    public long RelativeSequence(uint number, bool isSyn)
    {
        if (isSyn && _first is not null && _first != number) Restart(number);
        _first ??= isSyn ? number : number - 1;
        return _lastRelative = Relative(number);
    }

    /// <summary>
    /// An acknowledgement number that the peer has sent, relative to the first sequence number of this direction.
    /// </summary>
    public long RelativeAcknowledgement(uint number)
    {
        _first ??= number - 1;
        return Relative(number);
    }

    /// <summary>Compares the next segment of this direction with those before it.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="peer">The other direction.</param>
    /// <param name="timeStamp">The segment's time stamp option; null without one.</param>
    public void Add(CapturedSegment segment, DirectionTracker peer, uint? timeStamp)
    {
        peer._runs?.End(segment);
        if (segment.Has(TcpFlags.Rst))
        {
            segment.AtReset = AtReset(segment, peer);
            _hasReset = true;
            return;     // its payload is not part of the stream
        }

        long before = Bytes;
        segment.Kind = Compare(segment, peer.Window == 0, timeStamp);

        // A SYN after a RST of the peer is no repetition, because the earlier SYN was not lost. The first SYN ACK of an
        // end is no repetition of its SYN (simultaneous open).
        bool isSynAck = segment.Has(TcpFlags.Syn) && segment.Has(TcpFlags.Ack);
        if (segment.Has(TcpFlags.Syn) && (peer._hasReset || (isSynAck && !_hasSynAck))) segment.Kind = SegmentKind.New;
        _hasSynAck |= isSynAck;
        segment.NewBytes = (int)(Bytes - before);
        _headers = _headers.With(segment);
        peer._unansweredProbes = 0;
        peer.UnansweredRepeats = 0;
        if (segment.Kind is SegmentKind.KeepAlive or SegmentKind.WindowProbe) _unansweredProbes++;
        if (segment.Kind is SegmentKind.Repeated or SegmentKind.SentAgain)
        {
            UnansweredRepeats++;
            (_runs ??= new RepeatRuns()).Add(segment);
        }

        if (segment.NewBytes == 0) return;
        _lastDataAt = segment.At;
        _peerBytesAtLastData = peer.Bytes;
    }

    private DirectionAtReset AtReset(CapturedSegment reset, DirectionTracker peer)
    {
        long arrived = reset.Has(TcpFlags.Ack) ? Math.Clamp(reset.Acknowledgement - 1, 0, peer.Bytes) : peer.Bytes;
        return new DirectionAtReset
        {
            Next = Next,
            Acknowledged = Acknowledged,
            Arrived = arrived,
            Unanswered = Math.Max(0, arrived - _peerBytesAtLastData),
            LastDataAt = _lastDataAt,
            UnansweredProbes = _unansweredProbes,
            UnansweredRepeats = UnansweredRepeats,
            Headers = _headers,
        };
    }

    private SegmentKind Compare(CapturedSegment segment, bool peerWindowIsZero, uint? timeStamp)
    {
        if (Next is not { } next)
        {
            Next = segment.End;
            Bytes += segment.Length;
            (_newest, _newestTimeStamp) = (segment, timeStamp);
            return SegmentKind.New;
        }

        // A keep-alive, and one kind of window probe, repeat the last number, which the peer has acknowledged already.
        if (segment.Sequence == next - 1 && segment.Length <= 1 && segment.Has(TcpFlags.Ack)
            && !segment.Has(TcpFlags.Syn | TcpFlags.Fin) && Acknowledged >= next)
        {
            return peerWindowIsZero ? SegmentKind.WindowProbe : SegmentKind.KeepAlive;
        }

        if (segment.End == segment.Sequence) return SegmentKind.New;
        if (segment.Length == 1 && segment.Sequence == next && peerWindowIsZero)
        {
            _probed = next;
            return SegmentKind.WindowProbe;
        }

        long filled = Fill(segment.Sequence, segment.End);
        if (segment.End <= next)
        {
            Bytes += Math.Min(filled, segment.Length);
            return filled == 0 ? SegmentKind.Repeated
                : IsOvertaken(segment, timeStamp) ? SegmentKind.Overtaken : SegmentKind.SentAgain;
        }

        if (segment.Sequence > next) AddGap(next, segment.Sequence);
        Bytes += Math.Min(segment.End - Math.Max(next, segment.Sequence), segment.Length) + filled;
        Next = segment.End;
        (_newest, _newestTimeStamp) = (segment, timeStamp);
        return segment.Sequence < next ? SegmentKind.Repeated : SegmentKind.New;
    }

    /// <summary>Notes that the peer has acknowledged everything before a number.</summary>
    /// <param name="number">The number.</param>
    /// <param name="isPureAck">Whether the segment was an ACK and nothing else.</param>
    public void Acknowledge(long number, bool isPureAck)
    {
        if (number > Acknowledged) _duplicateAcks = 0;
        else if (isPureAck && number == Acknowledged) _duplicateAcks++;
        Acknowledged = Math.Max(Acknowledged, number);
        if (Next == _probed && number == Next + 1)
        {
            // The receiver has accepted the byte of a window probe.
            Next++;
            Bytes++;
        }

        if (Next is { } next && number > next)
        {
            AddGap(next, number);
            Next = number;
        }

        Next ??= number;
    }

    private long Relative(uint number) =>
        _lastRelative + (int)(number - unchecked(_first!.Value + (uint)_lastRelative));

    // A segment was overtaken if it was sent before the newest one: it has a lower IP identification, or an older time
    // stamp. If neither shows the order, duplicate ACKs and the time of the capture decide.
    private bool IsOvertaken(CapturedSegment late, uint? timeStamp)
    {
        if (_newest is not { } newest) return false;
        if (newest.IpId != 0 && late.IpId != 0) return (short)(late.IpId - newest.IpId) < 0;
        if (_newestTimeStamp is { } then && timeStamp is { } now && then != now) return (int)(now - then) < 0;
        if (_duplicateAcks >= MinDuplicateAcks && Acknowledged == late.Sequence) return false;      // fast retransmit
        return late.At - newest.At < MaxReordering.TotalNanoseconds;
    }

    // A SYN has the relative sequence number 0, even if a segment of an older connection came before the SYN.
    private void Restart(uint syn)
    {
        _first = syn;
        _lastRelative = 0;
        _newest = null;
        _newestTimeStamp = null;
        _gaps = null;
        _missingInOldGaps = 0;
        _probed = null;
        _runs = null;
        _unansweredProbes = _duplicateAcks = 0;
        _lastDataAt = null;
        _peerBytesAtLastData = 0;
        Next = null;
        Acknowledged = 0;
        Bytes = 0;
        UnansweredRepeats = 0;
    }

    private void AddGap(long from, long to)
    {
        _gaps ??= [];
        if (_gaps.Count == MaxGaps)
        {
            // The oldest gap will not be filled any more.
            _missingInOldGaps += _gaps[0].To - _gaps[0].From;
            _gaps.RemoveAt(0);
        }

        _gaps.Add(new Gap(from, to));
    }

    // Removes a range from the gaps, and returns how many of its numbers were in a gap.
    private long Fill(long from, long to)
    {
        long filled = 0;
        if (_gaps is null) return 0;
        for (int i = _gaps.Count - 1; i >= 0; i--)
        {
            Gap gap = _gaps[i];
            long start = Math.Max(from, gap.From), end = Math.Min(to, gap.To);
            if (start >= end) continue;
            filled += end - start;
            _gaps.RemoveAt(i);
            if (end < gap.To) _gaps.Insert(i, gap with { From = end });
            if (gap.From < start) _gaps.Insert(i, gap with { To = start });
        }

        return filled;
    }

    // Numbers that were not captured.
    private readonly record struct Gap(long From, long To);
}
