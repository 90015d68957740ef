using SideBySide.Captures;
using TcpClose.Events;

namespace SideBySide.Explaining.Resets;

/// <summary>
/// Finds out why a RST was sent. A RST that answers a segment usually has no ACK flag, and its sequence number is the
/// segment's acknowledgement number (RFC 9293 3.10.7.1). A RST of a program's socket has the ACK flag.
/// </summary>
internal static class ResetClassifier
{
    private const int GiveUpRepeats = 3, MinWindowProof = 512, MinReadProof = 16 * 1024;

    private static readonly TimeSpan MaxReplyToClose = TimeSpan.FromMilliseconds(100);

    // A program that closes with unread data usually does so soon after the data has arrived. After a longer silence an
    // abort is more likely.
    private static readonly TimeSpan MaxUnreadSilence = TimeSpan.FromMilliseconds(500);

    /// <summary>The resets of a connection, in order.</summary>
    public static IReadOnlyList<CapturedReset> Classify(ConnectionFacts facts)
    {
        var resets = new List<CapturedReset>();
        foreach (CapturedSegment segment in facts.Segments.Where(s => s.Has(TcpFlags.Rst)))
        {
            bool isOutOfWindow = IsOutOfWindow(facts, segment);
            CapturedSegment? later = ForgedReset.FindDisproof(facts, segment),
                disproof = isOutOfWindow ? null : later;
            CapturedSegment[] before = [.. facts.Segments.Where(s => s.Frame < segment.Frame)];
            CapturedSegment? answered = Answered(before, segment);

            string? local = CapturingHost.Explain(facts, segment, answered);
            bool isForged = local is not null || disproof is not null;
            string? nextHop = isForged ? null : SuspiciousReset.ExplainNextHop(segment);
            CapturedReset reset = isForged ? new CapturedReset(segment, ResetKind.Forged, true) { Answered = answered }
                : Classify(facts, segment, before, answered, resets, isOutOfWindow);
            resets.Add(reset with
            {
                IsCertain = reset.IsCertain && nextHop is null,
                NextHop = nextHop,
                IsOutOfWindow = isOutOfWindow,
                Silence = facts.SilenceBefore(segment),
                Disproof = disproof,
                IsOfCapturingHost = local is not null,
                Suspicion = local ?? (disproof is null ? SuspiciousReset.Explain(segment)
                    ?? (later is null ? null : ForgedReset.Describe(later)) : ForgedReset.Describe(disproof)),
            });
        }

        return resets;
    }

    private static CapturedReset Classify(ConnectionFacts facts, CapturedSegment reset, CapturedSegment[] before,
        CapturedSegment? answered, IReadOnlyList<CapturedReset> earlier, bool isOutOfWindow)
    {
        Side side = reset.Side;

        if (side == Side.Server && facts.Syn is not null && before.All(s => s.Side == Side.Client
            ? s.Has(TcpFlags.Syn) : s.Has(TcpFlags.Rst)))
        {
            return new CapturedReset(reset, ResetKind.Refused, true)
            {
                Answered = before.LastOrDefault(s => s.Side != side),
            };
        }

        if (earlier.Any(r => r.Segment.Side == side && r.Segment.Has(TcpFlags.Ack) && r.Suspicion is null
            && !r.IsOutOfWindow))
            return new CapturedReset(reset, ResetKind.AfterReset, true) { Answered = answered };
        if (side == Side.Client && (answered?.Has(TcpFlags.Syn) == true || HasOnlyOpened(facts, before, reset)))
        {
            return new CapturedReset(reset, ResetKind.OpeningAborted, true)
            {
                Answered = answered ?? before.LastOrDefault(s => s.Side != side),
            };
        }

        if (IsAcknowledged(facts.ClientFin, reset) && IsAcknowledged(facts.ServerFin, reset))
            return new CapturedReset(reset, ResetKind.AfterClose, true) { Answered = answered };
        if (answered is not null && earlier.LastOrDefault(r => r.Segment.Side != side && !r.IsOutOfWindow
            && !before.Any(s => s.Side == side && s.Frame > r.Segment.Frame && !s.Has(TcpFlags.Rst))) is { } endedBy)
        {
            return new CapturedReset(reset, ResetKind.NoConnection, true)
            {
                Answered = answered,
                EndedBy = endedBy,
                IsIgnored = isOutOfWindow,
            };
        }

        if (answered is not null)
        {
            long read = Acknowledged(before, side);
            bool lateData = before.Any(s => s.Side == side && s.Has(TcpFlags.Fin)) && before.Any(s => s.Side != side
                && s.Length > 0 && !s.Has(TcpFlags.Rst) && s.End > read);
            return new CapturedReset(reset, lateData ? ResetKind.DataAfterClose : ResetKind.NoConnection, true)
            {
                Answered = answered,
                IsIgnored = isOutOfWindow,
            };
        }

        // If the RST's number is too high, the kind is not certain, because the capture may have missed earlier
        // segments.
        if (isOutOfWindow)
        {
            return new CapturedReset(reset, ResetKind.OutOfWindow, reset.Sequence < reset.AtReset!.Acknowledged)
            {
                IsIgnored = true,
            };
        }

        return reset.AtReset is { UnansweredProbes: > 0 } or { UnansweredRepeats: >= GiveUpRepeats }
            ? new CapturedReset(reset, ResetKind.GaveUp, false)
            : reset.Has(TcpFlags.Ack) ? Abort(facts, before, reset)
            : new CapturedReset(reset, ResetKind.NoConnection, false);
    }

    // Whether only the SYNs came before the RST, and the RST came soon after them. A program that tests a port sends a
    // RST instead of the ACK.
    private static bool HasOnlyOpened(ConnectionFacts facts, CapturedSegment[] before, CapturedSegment reset) =>
        facts is { IsOpened: true, SynAck: { } synAck } && synAck.Has(TcpFlags.Ack)
            && before.All(s => s.Has(TcpFlags.Syn)) && facts.SilenceBefore(reset) < MaxUnreadSilence;

    // On the wire, a close with unread data and an abort with linger 0 look the same. The first rule that applies:
    // - Nothing has arrived at the RST's sender since the beginning of the connection: an abort.
    // - The window was 0, or has become much smaller (IsInWindow): unread data, which is proved.
    // - The capture does not contain the beginning of the connection: the cause is not known.
    // - The RST follows soon after data that its sender did not answer, or soon after a server's answer: unread data is
    //   likely, unless the program has read most data (HasReadMost).
    // - The RST follows a silence, and nothing seems to be unread: an abort is likely.
    // - Otherwise, the cause is not known.
    private static CapturedReset Abort(ConnectionFacts facts, CapturedSegment[] before, CapturedSegment reset)
    {
        DirectionAtReset own = reset.AtReset!;
        bool isComplete = facts.IsOpened && facts.Missing(reset.Side.Peer()) == 0;
        if (own.Arrived == 0 && !facts.BeganBefore)
            return new CapturedReset(reset, ResetKind.Linger0, isComplete);
        CapturedSegment[] sent = [.. before.Where(s => s.Side == reset.Side && !s.Has(TcpFlags.Syn | TcpFlags.Rst))];
        bool isProved = IsInWindow(facts.Connection.WindowShift(reset.Side), sent, reset, before)
                || sent is [.., { Window: 0 }],
            closedAfterReply = reset.Side == Side.Server && own.LastDataAt is { } replied
                && reset.At - replied < MaxReplyToClose.TotalNanoseconds,
            isSoon = facts.SilenceBefore(reset) < MaxUnreadSilence;
        bool hasRead = HasReadMost(facts.Connection.WindowShift(reset.Side), sent, own.Unanswered);
        return isProved
            || (isSoon && !hasRead && !facts.BeganBefore && (own.Unanswered > 0 || closedAfterReply))
            ? new CapturedReset(reset, ResetKind.UnreadData, isProved) { Unread = own.Unanswered }
            : new CapturedReset(reset, !isSoon && !facts.BeganBefore && (own.Unanswered == 0 || hasRead)
                ? ResetKind.Linger0 : ResetKind.UnreadDataOrLinger0, false);
    }

    // If the window hardly changes, the program has probably read most of the data. That is no proof, because a kernel
    // may enlarge its buffer.
    private static bool HasReadMost(int? windowShift, CapturedSegment[] sent, long arrived) =>
        windowShift is { } shift && arrived >= MinReadProof && sent is [.., { } last]
            && (long)(sent.Max(s => s.Window) - last.Window) << shift < arrived / 4;

    // Whether the window has become smaller by at least half of the bytes that have arrived since it was largest. A
    // window varies a little even if a program reads everything.
    private static bool IsInWindow(int? windowShift, CapturedSegment[] sent, CapturedSegment reset,
        CapturedSegment[] before)
    {
        if (windowShift is not { } shift || reset.Window == 0) return false;
        CapturedSegment? open = sent.MaxBy(s => s.Window);
        if (open is null) return false;
        long smaller = (long)(open.Window - reset.Window) << shift,
            since = before.Where(s => s.Side != reset.Side && s.Frame > open.Frame && s.End <= reset.Acknowledgement)
                .Sum(s => (long)s.NewBytes);
        return open.Window - reset.Window > 1 && since >= MinWindowProof && smaller >= since / 2;
    }

    // The segment that a RST answers: the peer's last segment whose acknowledgement number is the RST's sequence
    // number. Null if the RST has the ACK flag.
    private static CapturedSegment? Answered(CapturedSegment[] before, CapturedSegment reset) => reset.Has(TcpFlags.Ack)
        ? null
        : before.LastOrDefault(s => s.Side != reset.Side && s.Has(TcpFlags.Ack) && s.Acknowledgement == reset.Sequence
            && !s.Has(TcpFlags.Rst));

    private static bool IsAcknowledged(CapturedFin? fin, CapturedSegment reset) =>
        fin?.Ack is { } ack && ack.Frame < reset.Frame;

    // Whether the RST's number is too low, or beyond everything that was sent. What a later ACK acknowledges was sent,
    // even if the capture missed it.
    private static bool IsOutOfWindow(ConnectionFacts facts, CapturedSegment reset)
    {
        DirectionAtReset at = reset.AtReset!;
        return reset.Sequence < LowestAcceptable(facts.Segments, reset) || (at.Next is { } next
            && reset.Sequence > Math.Max(next, facts.Connection.From(reset.Side).Acknowledged));
    }

    /// <summary>
    /// The lowest sequence number with which the peer accepts a RST: usually the number that the peer expects. After an
    /// acknowledged FIN, Linux also accepts the FIN's number (<c>tcp_reset_check</c>).
    /// </summary>
    internal static long LowestAcceptable(IReadOnlyList<CapturedSegment> segments, CapturedSegment reset)
    {
        long acknowledged = reset.AtReset!.Acknowledged;
        return segments.Any(s => s.Side == reset.Side && s.Frame < reset.Frame && s.Has(TcpFlags.Fin)
            && s.End == acknowledged) ? acknowledged - 1 : acknowledged;
    }

    /// <summary>The highest number that an end has acknowledged in the given segments; 0 if none.</summary>
    internal static long Acknowledged(IEnumerable<CapturedSegment> segments, Side by) =>
        segments.Where(s => s.Side == by && s.Has(TcpFlags.Ack)).Select(s => s.Acknowledgement).DefaultIfEmpty(0).Max();
}
