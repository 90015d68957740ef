using SideBySide.Captures;
using SideBySide.Explaining.Remarks;
using SideBySide.Summary;
using TcpClose.Events;

namespace SideBySide.Explaining.Resets;

/// <summary>Explains the RST of a kernel that gave up, and the RSTs that an end sends after its first RST.</summary>
internal static class GaveUpAdvice
{
    /// <summary>The sentences for the RST of a kernel that gave up.</summary>
    public static IEnumerable<string> Of(ConnectionFacts facts, CapturedReset reset, string frames)
    {
        string side = reset.Segment.Side.Name(), peer = reset.Segment.Side.Peer().Name();
        CapturedSegment? later = FirstAfterFlight(facts, reset.Segment);
        return
        [
            $"The {side}'s kernel gives up and sends a RST ({frames}): what it sent was not answered any more.",
            NoAnswer.Explain(facts, reset.Segment.Side.Peer(), later),
            .. LostBytes.FromSender(facts, reset),
            .. LostBytes.ToSender(facts, reset),
            later is null ? $"The {peer} may still hold the connection, because nothing shows that the RST reached it."
                : $"The {peer} still held the connection: frame {later.Frame} shows that the RST did not reach it.",
            facts.Connection.Count(SegmentKind.KeepAlive) > 0
                ? "Keep-alive probes were sent, and were not answered either. If a device has forgotten the "
                    + "connection, raise its idle time-out."
                : "If a device has forgotten the connection, send something more often (keep-alive), or raise that "
                    + "device's idle time-out.",
        ];
    }

    /// <summary>The sentences for the RSTs that follow an earlier one of the same end.</summary>
    public static IEnumerable<string> AfterReset(ConnectionFacts facts, IReadOnlyList<CapturedReset> resets)
    {
        Side side = resets[0].Segment.Side;
        string name = side.Name(), peer = side.Peer().Name();
        CapturedSegment first = facts.Resets.First(r => r.Segment.Side == side && r.Suspicion is null
            && !r.IsOutOfWindow).Segment;
        CapturedSegment? later = FirstAfterFlight(facts, first);
        foreach (IGrouping<bool, CapturedReset> same in resets.GroupBy(r => later is not null
            && r.Answered?.Frame >= later.Frame))
        {
            string frames = Remark.Numbers(Remark.FramesOf(same.Select(r => r.Segment)));
            yield return same.Key
                ? $"The {name}'s RST ({frames}) answers frame {same.First().Answered!.Frame}, which the {peer} sent "
                    + $"{Wording.Time(Wording.Between(first.At, same.First().Answered!.At))} after the {name}'s first "
                    + $"RST (frame {first.Frame}). So that one had not reached the {peer}, and this one repeats that "
                    + "the connection has ended."
                : $"The {name}'s RST ({frames}) answers a segment that was still on its way when the {name} ended the "
                    + "connection.";
        }
    }

    // The peer's first segment, except RSTs, that was captured more than MaxFlight after the given RST. It shows that
    // the given RST did not reach the peer.
    private static CapturedSegment? FirstAfterFlight(ConnectionFacts facts, CapturedSegment reset) =>
        facts.Segments.FirstOrDefault(s => s.Side != reset.Side && s.Frame > reset.Frame && !s.Has(TcpFlags.Rst)
            && Wording.Between(reset.At, s.At) > ForgedReset.MaxFlight(facts));
}
