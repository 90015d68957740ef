using SideBySide.Captures;
using SideBySide.Summary;
using TcpClose.Events;

namespace SideBySide.Explaining.Resets;

/// <summary>
/// Proves that a RST was not sent by the end whose address it has: after its own RST, an end sends only further RSTs.
/// If the RST has an unexpected number, a later segment is no proof, because the RST may belong to an older connection.
/// </summary>
internal static class ForgedReset
{
    private const int MaxWindow = 1 << 20;

    // The minimum of MaxFlight, if the round trip is short or not known.
    private static readonly TimeSpan MinFlight = TimeSpan.FromSeconds(1);

    // A segment that was sent before the RST may be captured after it. MaxDelayOfNew is the maximum delay of a segment
    // with new data or a FIN. MaxDelay is the maximum delay of other segments; a long round trip extends it.
    private static readonly TimeSpan MaxDelayOfNew = TimeSpan.FromMilliseconds(20),
        MaxDelay = TimeSpan.FromMilliseconds(50);

    /// <summary>A later segment that the same end cannot have sent after its own RST; null if there is none.</summary>
    public static CapturedSegment? FindDisproof(ConnectionFacts facts, CapturedSegment reset)
    {
        CapturedSegment[] later = [.. facts.Segments.Where(s => s.Frame > reset.Frame && !s.Has(TcpFlags.Rst))];
        CapturedSegment[] own = [.. later.Where(s => s.Side == reset.Side)];
        bool hasSent = facts.Segments.Any(s => s.Side == reset.Side && s.Frame < reset.Frame && !s.Has(TcpFlags.Rst));
        bool isOfOlder = reset.Sequence <= 0 || reset.Sequence > (reset.AtReset!.Next ?? 0) + MaxWindow;
        if (!hasSent || isOfOlder || own.Any(s => s.Has(TcpFlags.Syn))) return null;
        long sent = Math.Max(reset.AtReset!.Next ?? 0, reset.Sequence),
            maxDelay = Math.Max(MaxDelay.Ticks, facts.RoundTrip.Ticks);
        return own.FirstOrDefault(s =>
        {
            long delay = Wording.Between(reset.At, s.At).Ticks;
            bool isNew = s.Kind == SegmentKind.New && s.End > s.Sequence && s.End > sent;
            return delay > maxDelay || (isNew && delay > MaxDelayOfNew.Ticks) || AcknowledgesLater(later, s);
        });
    }

    /// <summary>How long the receiver of a RST may still send segments, because the RST has not arrived yet.</summary>
    public static TimeSpan MaxFlight(ConnectionFacts facts) =>
        new(Math.Max(MinFlight.Ticks, 2 * facts.RoundTrip.Ticks));

    /// <summary>Whether the peer continues after a forged RST: it ignored the RST, or did not receive it.</summary>
    public static bool IsWithoutEffect(ConnectionFacts facts, CapturedSegment reset)
    {
        long delay = MaxFlight(facts).Ticks;
        return facts.Segments.Any(s => s.Side != reset.Side && s.Frame > reset.Frame && !s.Has(TcpFlags.Rst)
            && (s.Acknowledges(reset.Sequence + 1)
                || (s.End > s.Sequence && Wording.Between(reset.At, s.At).Ticks > delay)));
    }

    /// <summary>What shows that the end did not send the RST.</summary>
    public static string Describe(CapturedSegment disproof) => $"the {disproof.Side.Name()} goes on after it (frame "
        + $"{disproof.Frame}), which no end does after its own RST";

    /// <summary>Which device sent the RST, as far as the capture shows it.</summary>
    public static string DescribeSender(CapturedReset reset)
    {
        string side = reset.Segment.Side.Name(), device = "a device on the way sent it";
        return reset.IsOfCapturingHost ? "the host of the capture sent it itself"
            : SuspiciousReset.ExplainTtl(reset.Segment) is { } ttl ? $"{device}: {ttl}"
            : $"{device}, or a firewall on the {side}'s own host";
    }

    // Whether a segment acknowledges something that was captured after the RST. Then the segment itself was sent after
    // the RST.
    private static bool AcknowledgesLater(CapturedSegment[] later, CapturedSegment own) =>
        later.Any(s => s.Side != own.Side && s.Frame < own.Frame && s.Kind == SegmentKind.New && s.End > s.Sequence
            && own.Acknowledges(s.End));
}
