using System.Net.NetworkInformation;
using SideBySide.Captures;
using SideBySide.Explaining.Resets;
using SideBySide.Summary;
using TcpClose.Events;
using TcpClose.Kernel;

namespace SideBySide.Explaining.Remarks;

/// <summary>
/// Finds FINs that were repeated, that overtook data or that are missing, and data after the first FIN.
/// </summary>
internal static class FinRemarks
{
    /// <summary>
    /// The remarks. <paramref name="captureEnd"/> is the time of the last frame, in nanoseconds since 1970.
    /// </summary>
    public static IEnumerable<Remark> Find(ConnectionFacts facts, long captureEnd) =>
        [.. Repeated(facts), .. DataAfter(facts), .. MissingEnd(facts, captureEnd)];

    private static IEnumerable<Remark> Repeated(ConnectionFacts facts)
    {
        foreach (CapturedFin fin in ((CapturedFin?[])[facts.FirstFin, facts.SecondFin]).OfType<CapturedFin>())
        {
            string side = fin.First.Side.Name();
            if (fin.Repeats.Count > 0)
            {
                TimeSpan span = Wording.Between(fin.First.At, fin.Repeats[^1].At);
                yield return new Remark("fin-repeated", [fin.First.Frame, .. Remark.FramesOf(fin.Repeats)],
                    fin.Ack is null && AnsweringResets(facts, fin) is { Length: > 0 } resets
                        ? $"The {side} repeated its FIN {Wording.Times(fin.Repeats.Count)} within "
                            + $"{Wording.Time(span)}, although the {fin.First.Side.Peer().Name()} answered with a RST "
                            + $"({Remark.Numbers(Remark.FramesOf(resets))}): these RSTs do not seem to reach the "
                            + $"{side}." + Waits(facts, fin.First.Side)
                        : fin.Ack is null
                        ? $"The {side} repeated its FIN {Wording.Times(fin.Repeats.Count)} within "
                            + $"{Wording.Time(span)}, and nothing acknowledged it." + Waits(facts, fin.First.Side)
                            + " " + NoAnswer.Explain(facts, fin.First.Side.Peer())
                        : fin.IsRepeatedForItsAck
                            ? $"The {side} repeated its FIN only to acknowledge more: nothing was lost."
                            : $"The {side} repeated its FIN {Wording.Times(fin.Repeats.Count)} within "
                                + $"{Wording.Time(span)}, {WhyRepeated(facts, fin)}");
            }

            CapturedSegment[] late = [.. facts.Segments.Where(s => s.Side == fin.First.Side && s.Length > 0
                && s.Frame > fin.First.Frame && s.Kind == SegmentKind.Overtaken)];
            if (late.Length > 0)
            {
                yield return new Remark("fin-overtook-data", [fin.First.Frame, .. Remark.FramesOf(late)], $"The "
                    + $"{side}'s FIN was captured before data that was sent earlier: it overtook the data on the way. "
                    + "The receiver puts them in order.");
            }
        }
    }

    // Data counts as sent after the FIN only if it acknowledges the FIN. Other data was already on its way.
    private static IEnumerable<Remark> DataAfter(ConnectionFacts facts)
    {
        if (facts.FirstFin is not { } first) yield break;
        Side closer = first.First.Side;
        CapturedSegment[] data = [.. facts.Segments.Where(s => s.Side != closer && s.NewBytes > 0)];
        long received = ResetClassifier.Acknowledged(facts.Segments, closer);
        CapturedSegment[] refused = facts.Resets.Any(r => r.Segment.Side == closer
            && r is { IsOutOfWindow: false, Suspicion: null })
            ? [.. data.Where(s => s.End > received)]
            : [];
        if (refused.Length > 0)
        {
            yield return new Remark("data-after-close", Remark.FramesOf(refused), $"The {closer.Peer().Name()} sent "
                + $"{Wording.Count(refused.Sum(s => (long)s.NewBytes), "byte")} to a socket that its peer had closed "
                + "in both directions.");
        }

        CapturedSegment[] aware =
            [.. data.Except(refused).Where(s => s.Frame > first.First.Frame && s.Acknowledges(first.First.End))];
        long skipped = facts.Segments.Where(s => s.Frame > first.First.Frame)
            .Sum(s => (closer == Side.Server ? s.Skipped?.ClientBytes : s.Skipped?.ServerBytes) ?? 0);
        if (aware.Length > 0 && facts.Form != CloseForm.CrossedFins)
        {
            yield return new Remark("data-after-fin", Remark.FramesOf(aware), $"The {closer.Peer().Name()} sent "
                + $"{Wording.Count(aware.Sum(s => (long)s.NewBytes) + skipped, "byte")} after the {closer.Name()}'s "
                + "FIN, while the connection was half-closed.")
            {
                Count = aware.Length + facts.Segments.Where(s => s.Frame > first.First.Frame)
                    .Sum(s => (closer == Side.Server ? s.Skipped?.ClientData : s.Skipped?.ServerData) ?? 0),
            };
        }
    }

    private static IEnumerable<Remark> MissingEnd(ConnectionFacts facts, long captureEnd)
    {
        if (facts.Form != CloseForm.HalfClosed || facts.FirstFin is not { } fin || facts.IsOrderUnknown
            || facts.IsFinNotCaptured(fin.First.Side.Peer())) yield break;
        string waits = facts.States.LastOrDefault(s => s.Side == fin.First.Side)?.State is { } own
            ? StateNames.Name(own)! : "FIN-WAIT-1",
            other = fin.Ack is null ? "" : $", while the {fin.First.Side.Peer().Name()} is in CLOSE-WAIT: its program "
                + "has not closed its socket";
        string side = fin.First.Side.Name(), peer = fin.First.Side.Peer().Name();
        yield return new Remark("end-never-came", [fin.First.Frame], $"The {peer}'s FIN is not in the capture, "
            + $"which ends {Wording.Time(Wording.Between(fin.First.At, captureEnd))} after the {side}'s: unless the "
            + $"capture missed it, the {side} still waits in {waits}{other}.");
    }

    private static string WhyRepeated(ConnectionFacts facts, CapturedFin fin)
    {
        CapturedSegment[] acks = [.. facts.Segments.Where(s => s.Side != fin.First.Side
            && s.Frame < fin.Repeats[^1].Frame && s.Acknowledges(fin.First.End) && !s.Has(TcpFlags.Rst))];
        return acks.Length == 0 || acks[0].Frame > fin.Repeats[0].Frame
            ? "because the FIN or its ACK was lost, or the ACK was late."
            : $"although the {fin.First.Side.Peer().Name()} acknowledged it ({Remark.Numbers(Remark.FramesOf(acks))}): "
                + (acks.Length == 1 ? "this ACK was" : "these ACKs were") + " lost after the capture point, or late.";
    }

    // The other end's RSTs between the FIN and its last repetition.
    private static CapturedSegment[] AnsweringResets(ConnectionFacts facts, CapturedFin fin) =>
        [.. facts.Resets.Select(r => r.Segment).Where(s => s.Side != fin.First.Side && s.Frame > fin.First.Frame
            && s.Frame < fin.Repeats[^1].Frame)];

    private static string Waits(ConnectionFacts facts, Side side) =>
        facts.States.LastOrDefault(s => s.Side == side)?.State is { } state and not TcpState.Closed
            ? $" The {side.Name()} still waits, in {StateNames.Name(state)}." : "";
}
