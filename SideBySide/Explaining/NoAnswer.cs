using SideBySide.Captures;
using TcpClose.Events;

namespace SideBySide.Explaining;

/// <summary>Names the causes that are possible if one end does not answer the other any more.</summary>
internal static class NoAnswer
{
    /// <summary>The sentences.</summary>
    /// <param name="facts">The facts of the connection.</param>
    /// <param name="silent">The end that does not answer.</param>
    public static string Explain(ConnectionFacts facts, Side silent)
    {
        string name = silent.Name();
        int? other = silent == Side.Server && FirstUnanswered(facts, silent) is { } unanswered
            ? facts.Index?.AnsweredBeside(facts.Connection, silent, unanswered.At) : null;
        string[] causes =
        [
            .. HasOnlySynAck(facts, silent) ? (string[])["the server's accept queue is full (the listen backlog), and "
                + "its kernel drops the third segment and the data while its program does not accept"] : [],
            .. other is null ? (string[])[$"the {name} is gone"] : [],
            "a device on the way drops the segments, perhaps because it has forgotten the connection",
            "the way back is blocked",
        ];
        return (other is null ? "" : $"The same address and port answered connection {other} later, so the server is "
                + "not gone. ")
            + $"Possible causes: {string.Join("; ", causes.SkipLast(1))}; or {causes[^1]}. A capture at the {name}, "
            + "too, would show which.";
    }

    // The first segment that needs an answer, after the last one of the silent end.
    private static CapturedSegment? FirstUnanswered(ConnectionFacts facts, Side silent)
    {
        int last = facts.Segments.LastOrDefault(s => s.Side == silent)?.Frame ?? 0;
        return facts.Segments.FirstOrDefault(s => s.Side != silent && s.Frame > last
            && (s.End > s.Sequence || s.Kind is SegmentKind.KeepAlive or SegmentKind.WindowProbe));
    }

    // The server has acknowledged the SYN and nothing else, although the client has completed the opening.
    private static bool HasOnlySynAck(ConnectionFacts facts, Side silent) => silent == Side.Server && facts.IsOpened
        && facts.Segments.All(s => s.Side != Side.Server || s.Has(TcpFlags.Syn))
        && facts.Connection.From(Side.Client).Bytes > 0;
}
