namespace SideBySide.Captures;

/// <summary>Follows one direction of a connection, and compares each segment with those before it.</summary>
internal sealed class DirectionTracker
{
    // If nothing else decides, a segment that is late by less than this counts as overtaken. Sending it again usually
    // takes longer.
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

    /// <summary>The number after the highest captured or acknowledged one; null at first.</summary>
    public long? Next { get; private set; }

    /// <summary>The highest acknowledgement number that the peer has sent.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>The bytes that were acknowledged, but not captured. A FIN counts as one.</summary>
    public long Missing => _missingInOldGaps
        + (_gaps is null ? 0 : _gaps.Sum(g => Math.Max(0, Math.Min(g.To, Acknowledged) - g.From)));

    /// <summary>
    /// The window scale that the sender's SYN offers, in bits; -1 without the option; null if the options were not
    /// captured.
    /// </summary>
    public int? OfferedShift { get; set; }

    /// <summary>Repetitions since the peer's last segment.</summary>
    public int UnansweredRepeats { get; private set; }

    /// <summary>
    /// Of the answered runs with at least <see cref="RepeatRun.MinRepeats"/> repetitions, the one that took the longest
    /// time; null if there is none.
    /// </summary>
    public RepeatRun? AnsweredRun => _runs?.Answered;

    /// <summary>The run that the peer has not answered yet; null if there is none.</summary>
    public RepeatRun? UnansweredRun => _runs?.Current;

    /// <summary>The bytes that the peer has not acknowledged. A FIN counts as one.</summary>
    public long Unacknowledged => Next is { } next ? Math.Max(0, next - Math.Max(1, Acknowledged)) : 0;

    /// <summary>Whether the end of the direction (bytes or a FIN) was acknowledged, but not captured.</summary>
    public bool IsTailMissing => _gaps is [.., var last] && last.To == Next && Acknowledged >= last.To;

    /// <summary>Whether the direction ends with a gap of one number, probably a FIN.</summary>
    public bool IsLastNumberMissing => _gaps is [.., var last] && last.To == Next && last.To == last.From + 1;

    /// <summary>The last window that the sender advertised, not scaled; -1 before the first.</summary>
    public int Window { get; set; } = -1;

    /// <summary>Bytes of payload, each counted once.</summary>
    public long Bytes { get; private set; }

    /// <summary>A sequence number, relative to the first one of this direction; 0 for a SYN.</summary>
    public long RelativeSequence(uint number, bool isSyn)
    {
        if (isSyn && _first is not null && _first != number) Restart(number);
        _first ??= isSyn ? number : number - 1;
        return _lastRelative = Relative(number);
    }

    /// <summary>
    /// An acknowledgement number of the peer, relative to the first sequence number of this direction.
    /// </summary>
    public long RelativeAcknowledgement(uint number)
    {
        _first ??= number - 1;
        return Relative(number);
    }

    /// <summary>Compares the next segment of this direction with those before it.</summary>
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

        // A SYN after the peer's RST is no repetition. Nor is the first SYN ACK in a simultaneous open.
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

        // A keep-alive and some window probes repeat the last acknowledged number.
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

    // Whether the segment was sent before the newest one, which overtook it.
    private bool IsOvertaken(CapturedSegment late, uint? timeStamp)
    {
        if (_newest is not { } newest) return false;
        if (newest.IpId != 0 && late.IpId != 0) return (short)(late.IpId - newest.IpId) < 0;
        if (_newestTimeStamp is { } then && timeStamp is { } now && then != now) return (int)(now - then) < 0;
        if (_duplicateAcks >= MinDuplicateAcks && Acknowledged == late.Sequence) return false;      // fast retransmit
        return late.At - newest.At < MaxReordering.TotalNanoseconds;
    }

    // The segments before this SYN belong to an older connection.
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

    // Removes a range from the gaps, and returns how many numbers were removed.
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
