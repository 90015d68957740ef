using SideBySide.Captures;
using TcpClose.Events;

namespace SideBySide.Explaining;

/// <summary>Recognizes a path that loses large packets and reports nothing.</summary>
internal static class PathMtu
{
    // Practically every path carries a payload of this size: IPv6 requires packets of 1280 bytes, and the headers need
    // at most 100.
    private const int MinSuspicious = 1180;

    /// <summary>
    /// A sentence, if an end's large segments were never acknowledged, but its smaller ones were; otherwise null.
    /// </summary>
    public static string? Explain(ConnectionFacts facts, Side sender)
    {
        DirectionTracker from = facts.Connection.From(sender);
        if (from.UnansweredRun is not { Length: >= MinSuspicious } run) return null;
        CapturedSegment[] passed = [.. facts.Segments.Where(s => s.Side == sender && s.Length > 0
            && s.End <= from.Acknowledged && s.Sequence < run.Sequence)];

        // Segments that are not kept may have been large.
        bool areAllKept = passed.Sum(s => (long)s.NewBytes) == run.Sequence - 1;
        if (passed.Length == 0 || !areAllKept || passed.Max(s => s.Length) is var largest && largest >= run.Length)
            return null;
        return $"Probably packets of this size do not pass (a path MTU black hole): the segments of {run.Length} bytes "
            + $"are never acknowledged, but those of up to {largest} bytes were. Then a link on the way carries only "
            + "smaller packets, and the ICMP error that reports it does not arrive: look for a firewall that drops "
            + "ICMP, or limit the segments (MSS clamping, a smaller MTU). ";
    }
}
