using SideBySide.Captures;
using SideBySide.Explaining.Remarks;
using TcpClose.Events;

namespace SideBySide.Explaining;

/// <summary>Names the possible causes if an end does not answer any more.</summary>
internal static class NoAnswer
{
    private const string QueueIsFull = "the server's accept queue is full (the listen backlog), and its kernel drops "
        + "the third segment and the data while its program does not accept";

    // A device keeps an idle connection for at least this time.
    private static readonly TimeSpan MinForgetting = TimeSpan.FromSeconds(1);

    /// <summary>The sentences.</summary>
    /// <param name="facts">The facts of the connection.</param>
    /// <param name="silent">The end that does not answer.</param>
    /// <param name="later">A segment that this end nevertheless sends later; null without one.</param>
    public static string Explain(ConnectionFacts facts, Side silent, CapturedSegment? later = null)
    {
        string name = silent.Name();
        int last = LastOf(facts, silent);
        if (IcmpRemarks.ThatExplain(facts, silent.Peer(), last) is { Count: > 0 } errors)
            return $"The ICMP errors show why ({Remark.Numbers(errors)}).";
        if (CapturePlace.Of(facts) == silent) return ExplainAt(facts, silent);
        int? other = silent == Side.Server && FirstUnanswered(facts, silent) is { } unanswered
            ? facts.Index?.AnsweredBeside(facts.Connection, silent, unanswered.At) : null;
        string[] causes =
        [
            .. HasOnlySynAck(facts, silent) ? (string[])[QueueIsFull] : [],
            .. other is null && later is null ? (string[])[$"the {name} is gone"] : [],
            "a device on the way drops the segments"
                + (MayBeForgotten(facts, silent) ? ", perhaps because it has forgotten the connection" : ""),
            "the way back is blocked",
        ];
        string? large = PathMtu.Explain(facts, silent.Peer());
        return large
            + (later is not null ? $"The {name} is not gone, because it sends frame {later.Frame} later. "
                : other is null ? ""
                : $"The same address and port answered connection {other} later, so the server is not gone. ")
            + (large is null ? "Possible causes: " : "Other possible causes: ")
            + $"{string.Join("; ", causes.SkipLast(1))}; or {causes[^1]}. A capture at the {name}, too, would show "
            + "which.";
    }

    // A capture at or near the silent end would contain that end's answer.
    private static string ExplainAt(ConnectionFacts facts, Side silent)
    {
        string name = silent.Name();
        return $"The capture seems to be made at the {name} or near it, because its answer in the opening comes "
            + "immediately: the segments came that far. Possible causes: "
            + (HasOnlySynAck(facts, silent) ? QueueIsFull : $"the {name} is gone (switched off, disconnected or "
                + "crashed)")
            + "; or a firewall of its host, or a device next to it, drops them.";
    }

    // A device forgets a connection only after a silence.
    private static bool MayBeForgotten(ConnectionFacts facts, Side silent) =>
        FirstUnanswered(facts, silent) is not { } first || facts.BeganBefore
            || facts.SilenceBefore(first) >= MinForgetting;

    private static int LastOf(ConnectionFacts facts, Side side) =>
        facts.Segments.LastOrDefault(s => s.Side == side)?.Frame ?? 0;

    // After the silent end's last segment, the first segment that needs an answer.
    private static CapturedSegment? FirstUnanswered(ConnectionFacts facts, Side silent)
    {
        int last = LastOf(facts, silent);
        return facts.Segments.FirstOrDefault(s => s.Side != silent && s.Frame > last
            && (s.End > s.Sequence || s.Kind is SegmentKind.KeepAlive or SegmentKind.WindowProbe));
    }

    // The server has acknowledged only the SYN, although the client has sent data.
    private static bool HasOnlySynAck(ConnectionFacts facts, Side silent) => silent == Side.Server && facts.IsOpened
        && facts.Segments.All(s => s.Side != Side.Server || s.Has(TcpFlags.Syn))
        && facts.Connection.From(Side.Client).Bytes > 0;
}
