using SideBySide.Captures;
using SideBySide.Summary;
using TcpClose.Events;

namespace SideBySide.Explaining.Resets;

/// <summary>Explains a RST which says that its sender holds no such connection.</summary>
internal static class NoConnectionAdvice
{
    private static readonly TimeSpan MinSilence = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The sentences. <paramref name="reset"/> is the first RST of this kind; <paramref name="rst"/> names all.
    /// </summary>
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

        yield return $"{ResetAdvice.Capitalize(rst)} {answers}. Such a RST says that the {side.Name()} holds no such "
            + "connection. " + Why(facts, reset);
        foreach (string sentence in LostBytes.ToSender(facts, reset)) yield return sentence;
        if (AfterSilence(facts, reset) is { } advice) yield return advice;
    }

    /// <summary>The first captured transmission of a segment that may have been sent again.</summary>
    public static CapturedSegment FirstTransmission(ConnectionFacts facts, CapturedSegment segment) =>
        facts.Segments.First(s => s.Side == segment.Side && s.End == segment.End && s.Length == segment.Length
            && !s.Has(TcpFlags.Rst));

    // The sentences for a RST that answers a keep-alive probe, or new data after a silence: the connection had been
    // given up before. Null for other RSTs.
    private static string? AfterSilence(ConnectionFacts facts, CapturedReset reset)
    {
        if (reset.Answered is not { } answered) return null;
        if (answered.Kind == SegmentKind.KeepAlive)
            return $"Frame {answered.Frame} is a keep-alive probe, which has found this out.";
        CapturedSegment first = FirstTransmission(facts, answered);
        TimeSpan silence = facts.SilenceBefore(first);
        if (silence < MinSilence || first.Length == 0) return null;
        string said = $"Before frame {first.Frame}, neither end had sent data or a FIN for {Wording.Time(silence)}.";
        return !LaterRequest.Is(facts, first) ? said : said + " A program that uses a connection again after such a "
            + "silence, for instance from a pool, must expect this: let the client test the connection first, or send "
            + "its request again on a new one if that is safe. Keep-alive shows earlier that the connection is gone, "
            + "and prevents that a device forgets it.";
    }

    private static string Why(ConnectionFacts facts, CapturedReset reset)
    {
        Side side = reset.Segment.Side;
        if (facts.FinBefore(reset.Segment) is not null)
        {
            return $"The {side.Name()}'s program had closed the socket in both directions, and its kernel has "
                + "forgotten it.";
        }

        const string Firewall = "or a firewall, on the way or on that host itself, rejects the segment, while the "
            + "program may still hold the connection.";
        bool hasOnlyOpened = side == Side.Server && facts.IsOpened
            && facts.Segments.All(s => s.Side != side || s.Has(TcpFlags.Syn | TcpFlags.Rst));
        if (facts.Missing(side) > 0)
            return "Probably it had ended the connection, and its FIN is among what the capture missed.";
        return hasOnlyOpened
            ? $"The {side.Name()} has sent nothing but its SYN ACK. Possible causes: its accept queue was full (Linux "
                + $"with tcp_abort_on_overflow); it never accepted the connection; {Firewall}"
            : $"Possible causes: the {side.Name()} was restarted; it, or a device on the way, has dropped the "
                + $"connection after a time-out; it ended the connection, and its FIN or RST was lost; {Firewall}";
    }
}
