using SideBySide.Timeline;
using TcpClose.Events;

namespace SideBySide.Summary;

/// <summary>The facts of a segment that was dropped on purpose, and of what the kernels then did.</summary>
internal sealed class LossFacts
{
    private readonly RunFacts _run;

    private LossFacts(RunFacts run, IReadOnlyList<SegmentEvent> lost) => (_run, Lost) = (run, lost);

    /// <summary>The dropped segments.</summary>
    public IReadOnlyList<SegmentEvent> Lost { get; }

    /// <summary>The first dropped segment.</summary>
    public SegmentEvent First => Lost[0];

    /// <summary>The facts; null if no dropped segment was captured.</summary>
    public static LossFacts? Of(RunFacts run)
    {
        SegmentEvent[] lost = [.. run.Segments.Where(s => s.IsLost)];
        return lost.Length > 0 ? new LossFacts(run, lost) : null;
    }

    /// <summary>Whether the dropped segment is only an ACK, which TCP does not repeat.</summary>
    public bool IsBareAck => First.End == First.Segment.Sequence;

    /// <summary>Whether the dropped segment is a bare ACK that was sent after both FINs.</summary>
    public bool IsLastAck => IsBareAck
        && _run.Segments.TakeWhile(s => s != First).Where(s => s.Has("FIN")).DistinctBy(s => s.Side).Count() == 2;

    /// <summary>Whether all dropped segments are transmissions of the same segment.</summary>
    public bool IsOneSegment => Lost.All(s => Covers(s, First));

    /// <summary>
    /// The waits between the transmissions of the dropped segment, up to the one that arrived; empty if none did.
    /// </summary>
    public IReadOnlyList<TimeSpan> Waits
    {
        get
        {
            SegmentEvent[] sent = [.. Segments(First.Side).Where(s => s.At >= First.At && Covers(s, First))];
            int arrived = Array.FindIndex(sent, s => !s.IsLost);
            return arrived < 0 ? [] : WaitsBetween(sent.Take(arrived + 1));
        }
    }

    /// <summary>
    /// The waits between the transmissions of the peer's FIN. The peer repeats its FIN until an ACK arrives.
    /// </summary>
    public IReadOnlyList<TimeSpan> WaitsOfPeersFin =>
        WaitsBetween(Segments(First.Side.Peer()).Where(s => s.Has("FIN")));

    /// <summary>The first ACK that arrived in place of the dropped one; null if none did.</summary>
    public SegmentEvent? NextAck => _run.Arrived.FirstOrDefault(s => s.Side == First.Side && s.At > First.At
        && s.Segment.Acknowledgement >= First.Segment.Acknowledgement);

    /// <summary>The first SYN after the dropped segment; null if there is none.</summary>
    public SegmentEvent? NextSyn => _run.Segments.FirstOrDefault(s => s.At > First.At && s.Has("SYN"));

    /// <summary>Whether the same side's FIN arrived before the dropped bytes.</summary>
    public bool HasFinOvertaken => Segments(First.Side)
        .Where(s => s.At > First.At).TakeWhile(s => s.IsLost || !Covers(s, First)).Any(s => s.Has("FIN") && !s.IsLost);

    private static bool Covers(SegmentEvent s, SegmentEvent lost) =>
        s.Segment.Sequence <= lost.Segment.Sequence && s.End >= lost.End;

    private static IReadOnlyList<TimeSpan> WaitsBetween(IEnumerable<SegmentEvent> sent)
    {
        SegmentEvent[] all = [.. sent];
        return [.. all.Zip(all.Skip(1), (a, b) => Wording.Between(a.At, b.At))];
    }

    private IEnumerable<SegmentEvent> Segments(Side side) => _run.Segments.Where(s => s.Side == side);
}
