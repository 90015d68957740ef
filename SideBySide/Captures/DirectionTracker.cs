namespace SideBySide.Captures;

/// <summary>
/// Follows one direction of a connection: makes its numbers relative, and compares each segment with those before it.
/// </summary>
internal sealed class DirectionTracker
{
    // A reordered network delivers a segment within this time; a sender that repeats a lost one needs a round trip.
    private static readonly TimeSpan MaxReordering = TimeSpan.FromMilliseconds(3);

    private const int MaxGaps = 256;

    private uint? _first;
    private long _lastRelative;
    private CapturedSegment? _newest;
    private List<Gap>? _gaps;

    /// <summary>The number after the highest one that was captured; null before the first segment.</summary>
    public long? Next { get; private set; }

    /// <summary>The highest number that the peer has acknowledged.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>Bytes that the peer has acknowledged, although no captured segment contains them.</summary>
    public long Missing => _gaps is null ? 0 : _gaps.Sum(g => Math.Max(0, Math.Min(g.To, Acknowledged) - g.From));

    /// <summary>By how many bits the sender's windows are shifted; null if its SYN was not captured.</summary>
    public int? WindowShift { get; set; }

    /// <summary>
    /// Whether the last number of the direction was acknowledged, but not captured, and the one before it was. It is
    /// likely to be a FIN.
    /// </summary>
    public bool IsLastNumberMissing => _gaps is [.., var last] && last.To == Next && last.To == last.From + 1;

    /// <summary>The last window that the sender advertised, not scaled; -1 before the first.</summary>
    public int Window { get; set; } = -1;

    /// <summary>Bytes of payload, each counted once.</summary>
    public long Bytes { get; private set; }

    /// <summary>The sequence number of a segment, relative to the first of this direction.</summary>
    /// <param name="number">The number in the segment.</param>
    /// <param name="isSyn">Whether it belongs to a SYN, which has the number 0.</param>
    public long RelativeSequence(uint number, bool isSyn)
    {
        _first ??= isSyn ? number : number - 1;
        return _lastRelative = Relative(number);
    }

    /// <summary>An acknowledgement of this direction, relative to its first sequence number.</summary>
    public long RelativeAcknowledgement(uint number)
    {
        _first ??= number - 1;
        return Relative(number);
    }

    /// <summary>Compares the next segment of this direction with those before it.</summary>
    public SegmentKind Add(CapturedSegment segment, bool peerWindowIsZero)
    {
        if (segment.Has(TcpFlags.Rst)) return SegmentKind.New;      // its payload is not part of the stream
        if (Next is not { } next)
        {
            Next = segment.End;
            Bytes += segment.Length;
            _newest = segment;
            return SegmentKind.New;
        }

        if (segment.Sequence == next - 1 && segment.Length <= 1 && segment.Has(TcpFlags.Ack)
            && !segment.Has(TcpFlags.Syn | TcpFlags.Fin) && next > 1)
        {
            return peerWindowIsZero ? SegmentKind.WindowProbe : SegmentKind.KeepAlive;
        }

        if (segment.End == segment.Sequence) return SegmentKind.New;
        if (segment.Length == 1 && segment.Sequence == next && peerWindowIsZero) return SegmentKind.WindowProbe;
        long filled = Fill(segment.Sequence, segment.End);
        if (segment.End <= next)
        {
            Bytes += Math.Min(filled, segment.Length);
            return filled == 0 ? SegmentKind.Repeated
                : IsOvertaken(segment) ? SegmentKind.Overtaken : SegmentKind.SentAgain;
        }

        if (segment.Sequence > next) AddGap(next, segment.Sequence);
        Bytes += Math.Min(segment.End - Math.Max(next, segment.Sequence), segment.Length) + filled;
        Next = segment.End;
        _newest = segment;
        return segment.Sequence < next ? SegmentKind.Repeated : SegmentKind.New;
    }

    /// <summary>Notes that the peer has acknowledged everything up to a number.</summary>
    public void Acknowledge(long number)
    {
        Acknowledged = Math.Max(Acknowledged, number);
        if (Next is { } next && number > next)
        {
            AddGap(next, number);
            Next = number;
        }

        Next ??= number;
    }

    private long Relative(uint number) =>
        _lastRelative + (int)(number - unchecked(_first!.Value + (uint)_lastRelative));

    // The IP identification grows with each packet that is sent, also if one overtakes another. Without it, the time
    // must decide.
    private bool IsOvertaken(CapturedSegment late) =>
        _newest is { IpId: not 0 } newest && late.IpId != 0 ? (short)(late.IpId - newest.IpId) < 0
            : _newest is { } other && late.At - other.At < MaxReordering.TotalNanoseconds
           ;

    private void AddGap(long from, long to)
    {
        _gaps ??= [];
        if (_gaps.Count == MaxGaps)
        {
            // A capture with that number of gaps lost frames all the time. Two gaps become one.
            _gaps[^1] = _gaps[^1] with { To = to };
            return;
        }

        _gaps.Add(new Gap(from, to));
    }

    // Removes a range from the gaps, and returns how many numbers of it were in one.
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
