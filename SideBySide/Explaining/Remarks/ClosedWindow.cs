using SideBySide.Captures;
using SideBySide.Summary;
using TcpClose.Events;

namespace SideBySide.Explaining.Remarks;

/// <summary>Measures how long an end's window was 0.</summary>
internal static class ClosedWindow
{
    /// <summary>The last segment of an end, except a RST, if it announces a window of 0; otherwise null.</summary>
    public static CapturedSegment? LastOf(ConnectionFacts facts, Side receiver) =>
        facts.Segments.LastOrDefault(s => s.Side == receiver && !s.Has(TcpFlags.Rst)) is { Window: 0 } last ? last
            : null;

    /// <summary>A sentence with the longest time for which an end's window was 0; empty without one.</summary>
    public static string Describe(ConnectionFacts facts, Side receiver)
    {
        CapturedSegment? closed = null;
        (CapturedSegment From, CapturedSegment To, TimeSpan Time)? longest = null;
        foreach (CapturedSegment s in facts.Segments.Where(s => !s.Has(TcpFlags.Syn)))
        {
            bool isEnd = s.Has(TcpFlags.Rst) || s == facts.Segments[^1];
            if (s.Side == receiver && !s.Has(TcpFlags.Rst) && s.Window == 0) closed ??= s;
            else if (closed is null || (s.Side != receiver && !isEnd)) continue;
            if (closed is null || (s.Window == 0 && s.Side == receiver && !isEnd)) continue;
            TimeSpan time = Wording.Between(closed.At, s.At);
            if (longest is null || time > longest.Value.Time) longest = (closed, s, time);
            closed = null;
        }

        return longest is not { } found ? ""
            : $" The {receiver.Name()}'s window was 0 for {(found.From.Skipped is null ? "" : "at least ")}"
                + $"{Wording.Time(found.Time)} (frames {found.From.Frame} to {found.To.Frame}).";
    }
}
