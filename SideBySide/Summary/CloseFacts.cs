using SideBySide.Timeline;
using TcpClose.Events;

namespace SideBySide.Summary;

/// <summary>The facts of a close with two FINs. An unknown fact is null.</summary>
internal sealed class CloseFacts(RunFacts run)
{
    // Each side's first FIN that arrived, in the order of sending.
    private readonly SegmentEvent[] _fins = [.. run.Arrived.Where(s => s.Has("FIN")).DistinctBy(s => s.Side)];

    /// <summary>Whether each side sent its FIN before the other's arrived.</summary>
    public bool HaveFinsCrossed => run.HasCapture
        ? _fins is [var first, var second] && second.Segment.Acknowledgement < first.End
        : run.IsInTimeWait(Side.Client) && run.IsInTimeWait(Side.Server);

    /// <summary>The side whose FIN was first; null if unknown, or if the FINs crossed.</summary>
    public Side? First => HaveFinsCrossed ? null
        : run.HasCapture ? _fins.FirstOrDefault()?.Side
        : ((Side[])[Side.Client, Side.Server]).Where(WasFirstByTheCalls).Cast<Side?>().FirstOrDefault();

    /// <summary>The time from the first FIN to the second.</summary>
    public TimeSpan? HalfClosedFor => run.HasCapture
        ? _fins is [var first, var second] ? Wording.Between(first.At, second.At) : null
        : First is { } side && run.EndCalledAt(side) is { } from && run.EndCalledAt(side.Peer()) is { } to && from < to
            ? Wording.Between(from, to)
            : null;

    /// <summary>The number of bytes that arrived at the side that sent the first FIN, after that FIN.</summary>
    public long? BytesWhileHalfClosed => First is not { } side ? null
        : run.HasCapture
            ? run.BytesArrivedAfterFin(side)
        : side == Side.Client ? run.BytesAfterFin
        : run.First(Side.Client, ClosePhase.FinRead)?.Get<long?>("ReturnedAt") is { } read
            ? run.BytesSentAfter(Side.Client, read)
        : null;

    /// <summary>Whether the second FIN has no data and is the first segment that acknowledges the first FIN.</summary>
    public bool IsSecondFinTheAck => _fins is [var first, { Segment.Length: 0 } second]
        && run.Arrived.FirstOrDefault(s => s.Side == second.Side && s.Segment.Acknowledgement >= first.End) == second;

    // If a program read the peer's FIN before it ended its own direction, it closed second.
    private bool WasFirstByTheCalls(Side side) => run.IsInTimeWait(side)
        || (run.First(side.Peer(), ClosePhase.FinRead)?.Get<long?>("ReturnedAt") is { } read
            && run.EndCalledAt(side.Peer()) is { } ended && read < ended);
}
