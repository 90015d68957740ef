using SideBySide.Captures;
using SideBySide.Summary;
using TcpClose.Events;

namespace SideBySide.Explaining.Resets;

/// <summary>Explains a RST from a kernel that does not hold the connection any more.</summary>
internal static class NoConnectionAdvice
{
    private static readonly TimeSpan MinSilence = TimeSpan.FromSeconds(1);

    /// <summary>The sentences.</summary>
    /// <param name="facts">The facts of the connection.</param>
    /// <param name="reset">The first such RST.</param>
    /// <param name="rst">The RST in words, with its frames.</param>
    public static IEnumerable<string> Of(ConnectionFacts facts, CapturedReset reset, string rst)
    {
        Side side = reset.Segment.Side;
        string answers = reset.Answered is { } answered ? $"answers frame {answered.Frame}"
            : "has no ACK flag, so it answers a segment that is not in the capture";
        if (reset.EndedBy is { } endedBy)
        {
            yield return $"{ResetAdvice.Capitalize(rst)} {answers}: "
                + (endedBy.Suspicion is null ? "" : endedBy.Kind == ResetKind.Forged ? "the forged "
                    : "the suspicious ")
                + (endedBy.Suspicion is null ? $"the {side.Peer().Name()}'s RST" : "RST")
                + $" (frame {endedBy.Segment.Frame}) had ended the {side.Name()}'s connection before.";
            yield break;
        }

        yield return $"{ResetAdvice.Capitalize(rst)} {answers}: the {side.Name()} does not hold this connection any "
            + "more. " + Why(facts, reset);
        foreach (string sentence in LostBytes.ToSender(facts, reset)) yield return sentence;
        if (AfterSilence(facts, reset) is { } advice) yield return advice;
    }

    // A connection that was used after a silence: the end, or a device, had given it up in that time.
    private static string? AfterSilence(ConnectionFacts facts, CapturedReset reset)
    {
        if (reset.Answered is not { } answered) return null;
        CapturedSegment first = facts.Segments.First(s => s.Side == answered.Side && s.End == answered.End
            && s.Length == answered.Length && !s.Has(TcpFlags.Rst));
        TimeSpan silence = facts.SilenceBefore(first);
        string peer = answered.Side.Name();
        return silence < MinSilence ? null
            : $"Before frame {first.Frame}, neither end had sent data or a FIN for {Wording.Time(silence)}. A program "
                + "that uses a connection again after such a silence, for instance from a pool, must expect this: let "
                + $"the {peer} test the connection first, or send its request again on a new one if that is safe. "
                + "Keep-alive shows earlier that the connection is gone, and prevents that a device forgets it.";
    }

    private static string Why(ConnectionFacts facts, CapturedReset reset)
    {
        Side side = reset.Segment.Side;
        if (facts.Fin(side) is { } fin && fin.First.Frame < reset.Segment.Frame)
            return "Its program had closed the socket in both directions, and its kernel has forgotten it.";
        bool hasOnlyOpened = side == Side.Server && facts.IsOpened
            && facts.Segments.All(s => s.Side != side || s.Has(TcpFlags.Syn | TcpFlags.Rst));
        if (facts.Missing(side) > 0)
            return "Probably it had ended the connection, and its FIN is among what the capture missed.";
        return hasOnlyOpened
            ? "It has sent nothing but its SYN ACK: its accept queue was full (Linux with tcp_abort_on_overflow), or "
                + "it never accepted the connection."
            : "It was restarted, or it (or a device on the way) has dropped the connection after a time-out, or it "
                + "ended the connection and its FIN or RST was lost.";
    }
}
