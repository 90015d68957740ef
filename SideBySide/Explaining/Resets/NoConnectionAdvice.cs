using SideBySide.Captures;
using SideBySide.Summary;
using TcpClose.Events;

namespace SideBySide.Explaining.Resets;

/// <summary>Explains a RST from a kernel that does not hold the connection any more.</summary>
internal static class NoConnectionAdvice
{
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
        DirectionTracker peer = facts.Connection.From(side.Peer());
        long lost = (peer.Next ?? 0) - peer.Acknowledged
            - (facts.Fin(side.Peer()) is { Ack: null } ? 1 : 0);
        if (peer.Bytes + facts.Missing(side.Peer()) == 0) yield break;
        yield return lost > 0
            ? $"{Wording.Count(lost, "byte")} from the {side.Peer().Name()} had not been acknowledged, and are lost."
            : $"Everything that the {side.Peer().Name()} had sent was acknowledged; whether a program had read it, a "
                + "capture cannot show.";
    }

    private static string Why(ConnectionFacts facts, CapturedReset reset)
    {
        Side side = reset.Segment.Side;
        if (facts.Fin(side) is { } fin && fin.First.Frame < reset.Segment.Frame)
            return "Its program had closed the socket in both directions, and its kernel has forgotten it.";
        bool hasOnlyOpened = side == Side.Server && facts.IsOpened
            && facts.Segments.All(s => s.Side != side || s.Has(TcpFlags.Syn | TcpFlags.Rst));
        return hasOnlyOpened
            ? "It has sent nothing but its SYN ACK: its accept queue was full (Linux with tcp_abort_on_overflow), or "
                + "it never accepted the connection."
            : "It was restarted, or it (or a device on the way) has dropped the connection after a time-out.";
    }
}
