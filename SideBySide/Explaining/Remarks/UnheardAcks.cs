using SideBySide.Captures;
using SideBySide.Explaining.Resets;
using SideBySide.Summary;
using TcpClose.Events;

namespace SideBySide.Explaining.Remarks;

/// <summary>
/// Finds an end that repeats a segment, because the captured ACKs of that segment do not reach the end.
/// </summary>
internal static class UnheardAcks
{
    // One or two repetitions may be under way when the first ACK is captured.
    private const int MinRepeats = 3;

    /// <summary>The remarks.</summary>
    public static IEnumerable<Remark> Find(ConnectionFacts facts)
    {
        foreach (Side side in (Side[])[Side.Client, Side.Server])
        {
            CapturedSegment[] repeats = LastRepeats(facts, side);
            if (repeats.Length == 0) continue;
            CapturedSegment last = repeats[^1];
            CapturedSegment[] acks = [.. facts.Segments.Where(s => s.Side != side && s.Acknowledges(last.End)
                && !s.Has(TcpFlags.Rst) && s.Frame < last.Frame)];
            CapturedSegment[] after = acks.Length == 0 ? []
                : [.. repeats.Where(s => s.Frame > acks[0].Frame)];
            if (after.Length < MinRepeats || last.At - acks[0].At < 2 * facts.RoundTrip.TotalNanoseconds
                || HasReceived(facts, side, acks[0], after[0].Frame, last.Frame)) continue;
            bool later = HasReceived(facts, side, acks[0], last.Frame, int.MaxValue);
            CapturedSegment original = facts.Segments.First(s => s.Side == side && s.End == last.End
                && s.End > s.Sequence && !s.Has(TcpFlags.Rst));
            string name = side.Name(), peer = side.Peer().Name();
            yield return new Remark("acks-not-received", Remark.FramesOf(after), $"The {name} sent frame "
                + $"{original.Frame} again {Wording.Times(after.Length)}, although the {peer} acknowledged it "
                + $"({Remark.Numbers(Remark.FramesOf(acks))}). So nothing from the {peer} "
                + (later ? $"reached the {name} in that time: probably the way back was blocked, or a device on it "
                    + $"dropped the {peer}'s segments."
                    : $"seems to reach the {name}: probably the way back is blocked, or a device on it drops the "
                    + $"{peer}'s segments.")
                + (last.Has(TcpFlags.Syn) ? " Or the server's accept queue is full (the listen backlog): its kernel "
                    + "drops the third segment while its program does not accept." : "")
                + $" A capture at the {name}, too, would show it.");
        }
    }

    // The repetitions of the last repeated segment; none if the end has sent new data since.
    private static CapturedSegment[] LastRepeats(ConnectionFacts facts, Side side)
    {
        CapturedSegment[] own = [.. facts.Segments.Where(s => s.Side == side && s.End > s.Sequence
            && !s.Has(TcpFlags.Rst))];
        return own.LastOrDefault(s => s.Kind == SegmentKind.Repeated) is { } last
            && !own.Any(s => s.Frame > last.Frame && s.Kind == SegmentKind.New && s.Length > 0)
                ? [.. own.Where(s => s.Kind == SegmentKind.Repeated && s.End == last.End)]
                : [];
    }

    // Whether the end has received something: between the two frames, the end acknowledged more than before the peer's
    // first ACK.
    private static bool HasReceived(ConnectionFacts facts, Side side, CapturedSegment firstAck, int from, int to) =>
        ResetClassifier.Acknowledged(facts.Segments.Where(s => s.Frame > from && s.Frame <= to), side)
            > ResetClassifier.Acknowledged(facts.Segments.Where(s => s.Frame < firstAck.Frame), side);
}
