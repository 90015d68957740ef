using System.Net.NetworkInformation;
using SideBySide.Captures;
using SideBySide.Summary;
using TcpClose.Events;
using TcpClose.Kernel;

namespace SideBySide.Explaining;

/// <summary>Finds what is remarkable in a connection besides its close.</summary>
internal static class RemarkFinder
{
    /// <summary>The remarks, the most important ones first.</summary>
    public static IReadOnlyList<Remark> Find(ConnectionFacts facts, long captureEnd) =>
    [
        .. Opening(facts), .. CaptureQuality(facts), .. Fins(facts), .. MissingEnd(facts, captureEnd),
        .. Resets(facts), .. Transmissions(facts),
    ];

    private static IEnumerable<Remark> Opening(ConnectionFacts facts)
    {
        if (facts.Segments.Count == 0) yield break;
        if (facts.BeganBefore)
        {
            yield return new Remark("began-before-capture", [facts.Segments[0].Frame], "The capture begins in the "
                + "middle of this connection: client and server are a guess by their ports.");
        }
        else if (facts.Syn is null)
        {
            yield return new Remark("syn-not-captured", [facts.SynAck!.Frame], "The client's SYN is not in the "
                + "capture.");
        }
        else if (facts.SynAck is null && !facts.Resets.Any(r => r.Kind == ResetKind.Refused))
        {
            // The client's own ACK proves that it received an answer.
            bool answered = facts.Segments.Any(s => s.Side == Side.Server || !s.Has(TcpFlags.Syn));
            yield return answered
                ? new Remark("syn-ack-not-captured", [facts.Syn.Frame], "The server's SYN ACK is not in the capture.")
                : new Remark("syn-not-answered", Frames(facts.Segments), "Nothing answers the client's SYN: a "
                    + "firewall drops it, the address is wrong, the server's backlog is full, or the capture does not "
                    + "contain the answers (ICMP "
                    + "errors are not read).");
        }
    }

    private static IEnumerable<Remark> CaptureQuality(ConnectionFacts facts)
    {
        CapturedConnection connection = facts.Connection;
        foreach (Side side in (Side[])[Side.Client, Side.Server])
        {
            if (facts.IsFinNotCaptured(side))
            {
                yield return new Remark("fin-not-captured", [], $"The {side.Name()}'s FIN is probably missing from the "
                    + $"capture: the {side.Peer().Name()} acknowledged one number after the last byte.");
            }

            if (facts.Missing(side) is var bytes and > 0)
            {
                yield return new Remark("not-captured", [], $"{Wording.Count(bytes, "byte")} from the {side.Name()} "
                    + $"are "
                    + $"not in the capture, but the {side.Peer().Name()} acknowledged them: the capture missed them, "
                    + "the network did not lose them.");
            }
        }

        if (connection.Duplicates > 0)
        {
            yield return new Remark("captured-twice", connection.DuplicateFrames,
                $"{Wording.Count(connection.Duplicates, "frame")} contain a packet that an earlier frame contains, too "
                + "(the same header fields): a mirrored port, several interfaces or both sides of a router. They are "
                + "not repetitions, and are ignored here.");
        }

        if (connection.Snapped > 0)
        {
            yield return new Remark("snapped", [], $"{Wording.Count(connection.Snapped, "frame")} were captured "
                + "only in part; their headers are complete, which is all that is needed.");
        }
    }

    private static IEnumerable<Remark> Fins(ConnectionFacts facts)
    {
        foreach (CapturedFin fin in (CapturedFin?[])[facts.FirstFin, facts.SecondFin] is var both
            ? both.OfType<CapturedFin>() : [])
        {
            string side = fin.First.Side.Name();
            if (fin.Repeats.Count > 0)
            {
                TimeSpan span = Wording.Between(fin.First.At, fin.Repeats[^1].At);
                yield return new Remark("fin-repeated", [fin.First.Frame, .. Frames(fin.Repeats)],
                    fin.Ack is null
                        ? $"The {side} repeated its FIN {Wording.Times(fin.Repeats.Count)} within "
                        + $"{Wording.Time(span)}, "
                            + "and nothing acknowledged it: the other end is gone, or a box on the way drops the "
                            + "segments."
                            + Waits(facts, fin.First.Side)
                        : fin.IsRepeatedForItsAck
                            ? $"The {side} repeated its FIN only to acknowledge more: nothing was lost."
                            : $"The {side} repeated its FIN {Wording.Times(fin.Repeats.Count)} within "
                            + $"{Wording.Time(span)}, "
                                + "because the FIN or its ACK was lost, or the ACK was late.");
            }

            CapturedSegment[] late = [.. facts.Segments.Where(s => s.Side == fin.First.Side && s.Length > 0
                && s.Frame > fin.First.Frame && s.Kind == SegmentKind.Overtaken)];
            if (late.Length > 0)
            {
                yield return new Remark("fin-overtook-data", [fin.First.Frame, .. Frames(late)], $"The {side}'s FIN "
                    + "was captured before data that was sent earlier: it overtook the data on the way. The receiver "
                    + "puts them in order.");
            }
        }

        if (facts.HalfClosed is { Bytes: > 0 } half && facts.FirstFin is { } first)
        {
            Side sender = first.First.Side.Peer();
            CapturedSegment[] data = [.. facts.Segments.Where(s => s.Side == sender && s.Length > 0
                && s.Frame > first.First.Frame && s.Kind != SegmentKind.Repeated)];
            long received = ResetClassifier.Acknowledged(facts.Segments, first.First.Side);
            CapturedSegment[] refused = facts.Resets.Any(r => r.Kind == ResetKind.DataAfterClose)
                ? [.. data.Where(s => s.End > received)] : [];
            if (refused.Length > 0)
            {
                yield return new Remark("data-after-close", Frames(refused), $"The {sender.Name()} sent "
                    + $"{Wording.Count(refused.Sum(s => (long)s.Length), "byte")} to a socket that its peer had "
                    + "closed in both directions.");
            }

            if (refused.Length < data.Length)
            {
                yield return new Remark("data-after-fin", Frames(data.Except(refused)), $"The {sender.Name()} sent "
                    + $"{Wording.Count(half.Bytes - refused.Sum(s => (long)s.Length), "byte")} after the "
                    + $"{first.First.Side.Name()}'s FIN, which is what a half-closed connection is for.");
            }
        }
    }

    private static string Waits(ConnectionFacts facts, Side side) =>
        facts.States.LastOrDefault(s => s.Side == side)?.State is { } state and not TcpState.Closed
            ? $" The {side.Name()} still waits, in {StateNames.Name(state)}." : "";

    private static IEnumerable<Remark> MissingEnd(ConnectionFacts facts, long captureEnd)
    {
        if (facts.Form != CloseForm.HalfClosed || facts.FirstFin is not { } fin
            || facts.IsFinNotCaptured(fin.First.Side.Peer())) yield break;
        string waits = facts.States.LastOrDefault(s => s.Side == fin.First.Side)?.State is { } own
            ? StateNames.Name(own)! : "FIN-WAIT-1",
            other = fin.Ack is null ? "" : $", while the {fin.First.Side.Peer().Name()} is in CLOSE-WAIT: its program "
                + "has not closed its socket";
        string side = fin.First.Side.Name(), peer = fin.First.Side.Peer().Name();
        yield return new Remark("end-never-came", [fin.First.Frame], $"The {peer}'s FIN is not in the capture, "
            + $"which ends "
            + $"{Wording.Time(Wording.Between(fin.First.At, captureEnd))} after the {side}'s: unless the capture "
            + $"missed it, the {side} still waits in {waits}{other}.");
    }

    private static IEnumerable<Remark> Resets(ConnectionFacts facts)
    {
        foreach (CapturedReset reset in facts.Resets.Where(r => r.Segment.Length > 0))
        {
            yield return new Remark("rst-with-data", [reset.Segment.Frame], "The RST carries "
                + $"{Wording.Count(reset.Segment.Length, "byte")}, which are not data of the stream: some systems put "
                + "a reason there (RFC 9293 3.5.3).");
        }

        if (facts.Resets.Where(r => r.IsIgnored).ToArray() is { Length: > 0 } ignored)
        {
            yield return new Remark("rst-ignored", Frames(ignored.Select(r => r.Segment)), "A RST whose number "
                + "is not the next one does not end the connection at a receiver that follows RFC 5961.");
        }

        foreach (IGrouping<(Side, string), CapturedReset> same in facts.Resets.Where(r => r.Suspicion is not null)
            .GroupBy(r => (r.Segment.Side, r.Suspicion!)))
        {
            yield return new Remark("rst-suspicious", Frames(same.Select(r => r.Segment)), "The RST was probably "
                + $"not sent by the {same.Key.Item1.Name()}, but by a box between the ends: {same.Key.Item2}.");
        }
    }

    private static IEnumerable<Remark> Transmissions(ConnectionFacts facts)
    {
        foreach ((SegmentKind kind, string name, string sentence) in ((SegmentKind, string, string)[])
        [
            (SegmentKind.SentAgain, "lost-and-sent-again", "was lost before it reached the capture point, and sent "
                + "again"),
            (SegmentKind.Repeated, "sent-again", "was sent again: it, or its ACK, was lost after the capture point, "
                + "or was late"),
            (SegmentKind.Overtaken, "out-of-order", "arrived out of order"),
            (SegmentKind.KeepAlive, "keep-alive", "is a keep-alive probe"),
            (SegmentKind.WindowProbe, "zero-window-probe", "is a probe of a closed window: the receiver's program does "
                + "not read"),
        ])
        {
            CapturedSegment[] found = [.. facts.Segments.Where(s => s.Kind == kind && !(s.Has(TcpFlags.Fin)
                && kind == SegmentKind.Repeated))];
            if (found.Length > 0)
            {
                yield return new Remark(name, Frames(found), found.Length == 1 ? $"A segment {sentence}."
                    : $"Each of {found.Length} segments {sentence}.");
            }
        }
    }

    private static IReadOnlyList<int> Frames(IEnumerable<CapturedSegment> segments) => [.. segments.Select(s
        => s.Frame)];
}
