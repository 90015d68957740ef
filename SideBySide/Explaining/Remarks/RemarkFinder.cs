using SideBySide.Captures;
using SideBySide.Explaining.Resets;
using SideBySide.Summary;
using TcpClose.Events;

namespace SideBySide.Explaining.Remarks;

/// <summary>Finds what is remarkable in a connection besides its close.</summary>
internal static class RemarkFinder
{
    /// <summary>The remarks, the most important first.</summary>
    public static IReadOnlyList<Remark> Find(ConnectionFacts facts, long captureEnd) =>
    [
        .. Opening(facts), .. IcmpRemarks.Find(facts), .. CaptureRemarks.Find(facts),
        .. FinRemarks.Find(facts, captureEnd), .. ResetRemarks.Find(facts), .. UnheardAcks.Find(facts),
        .. SilenceRemarks.Find(facts), .. TransmissionRemarks.Find(facts),
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
                : new Remark("syn-not-answered", Remark.FramesOf(facts.Segments), WhyUnanswered(facts));
        }
        else if (facts.SynAck is { } synAck && RepeatedSyns(facts, synAck) is { Length: > 1 } syns)
        {
            yield return new Remark("syn-repeated", [.. Remark.FramesOf(syns), synAck.Frame], "Opening took "
                + $"{Wording.Time(Wording.Between(syns[0].At, synAck.At))}, because the client's SYN was sent "
                + $"{Wording.Times(syns.Length)} before the server answered it. The others, or their answers, were "
                + "lost, or the server's accept queue was full (the listen backlog): its kernel drops a SYN then.");
        }
    }

    // None if a SYN met an older connection, or if a RST came before the SYN ACK. The client then sent another SYN
    // although nothing was lost.
    private static CapturedSegment[] RepeatedSyns(ConnectionFacts facts, CapturedSegment synAck) =>
        facts.Connection.OlderFrames.Count > 0 || facts.Resets.Any(r => r.Segment.Frame < synAck.Frame) ? []
            : [.. facts.Segments.Where(s => s.Side == Side.Client && s.Frame < synAck.Frame && s.Has(TcpFlags.Syn))];

    private static string WhyUnanswered(ConnectionFacts facts) =>
        IcmpRemarks.ThatExplain(facts, Side.Client, after: 0) is { Count: > 0 } errors
            ? $"Only ICMP errors answer the client's SYN ({Remark.Numbers(errors)}): the connection did not open."
            : "Nothing answers the client's SYN. "
                    + (facts.Index?.OpenedBeside(facts.Connection) is { } other
                        ? $"The address and the port are right, because connection {other} to them was answered. "
                            + "Possible causes: "
                        : "Possible causes: the address is wrong; ")
                    + "the server's accept queue is full (the listen backlog), and its kernel drops the SYN; a "
                    + "firewall drops the SYN or its answer; or the capture does not contain the answers (for "
                    + "instance ICMP errors, if only TCP was captured).";
}
