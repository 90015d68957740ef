using SideBySide.Captures;
using TcpClose.Events;

namespace SideBySide.Explaining.Resets;

/// <summary>
/// Finds out why a RST was sent. A RST that answers a segment has no ACK flag and the acknowledgement number of that
/// segment as its sequence number (RFC 9293 3.10.7.1); a RST of a program's socket has the ACK flag. Linux, Windows and
/// the BSDs follow that.
/// </summary>
internal static class ResetClassifier
{
    private const int GiveUpProbes = 3;

    private static readonly TimeSpan MaxReplyToClose = TimeSpan.FromMilliseconds(100);

    /// <summary>The resets of a connection, in order.</summary>
    public static IReadOnlyList<CapturedReset> Classify(ConnectionFacts facts) =>
        [.. facts.Segments.Where(s => s.Has(TcpFlags.Rst)).Select(s => Classify(facts, s) with
        {
            IsOutOfWindow = IsOutOfWindow([.. facts.Segments.Where(b => b.Frame < s.Frame)], s),
            Suspicion = SuspiciousReset.Explain(facts.Segments, s),
        })];

    private static CapturedReset Classify(ConnectionFacts facts, CapturedSegment reset)
    {
        Side side = reset.Side;
        CapturedSegment[] before = [.. facts.Segments.Where(s => s.Frame < reset.Frame)];
        CapturedSegment? answered = Answered(before, reset);
        CapturedSegment[] peers = [.. before.Where(s => s.Side != side && !s.Has(TcpFlags.Rst))];
        if (before.Any(s => s.Side == side && s.Has(TcpFlags.Rst) && s.Has(TcpFlags.Ack)))
            return new CapturedReset(reset, ResetKind.AfterReset, true) { Answered = answered };
        if (answered is { } synAck && synAck.Has(TcpFlags.Syn) && side == Side.Client)
            return new CapturedReset(reset, ResetKind.OpeningAborted, true) { Answered = answered };
        if (side == Side.Server && facts.Syn is { } syn && before.All(s => s.Side == Side.Client
            && s.Has(TcpFlags.Syn)))
            return new CapturedReset(reset, ResetKind.Refused, true) { Answered = syn };
        if (IsAcknowledged(facts.ClientFin, reset) && IsAcknowledged(facts.ServerFin, reset))
            return new CapturedReset(reset, ResetKind.AfterClose, true) { Answered = answered };
        bool ignored = IsOutOfWindow(before, reset);
        CapturedSegment? ownFin = before.FirstOrDefault(s => s.Side == side && s.Has(TcpFlags.Fin));
        if (answered is not null)
        {
            bool lateData = ownFin is not null
                && peers.Any(s => s.Length > 0 && s.End > Acknowledged(before, side));
            return new CapturedReset(reset, lateData ? ResetKind.DataAfterClose : ResetKind.NoConnection, true)
            {
                Answered = answered,
                IsIgnored = ignored,
            };
        }

        if (ignored) return new CapturedReset(reset, ResetKind.OutOfWindow, true) { IsIgnored = true };

        if (before.Count(s => s.Side == side && s.Kind is SegmentKind.KeepAlive or SegmentKind.WindowProbe
                && s.At > (peers.LastOrDefault()?.At ?? long.MaxValue)) >= GiveUpProbes)
            return new CapturedReset(reset, ResetKind.GaveUp, false);
        return Abort(facts, before, reset);
    }

    // On the wire a close with unread data and an abort with linger 0 look the same. The window may prove the one: it
    // becomes smaller by what was not read. If nothing has arrived at all, it must be the other. Else it is likely that
    // a program had not read what it did not answer, or that it answered and closed without having read the rest.
    private static CapturedReset Abort(ConnectionFacts facts, CapturedSegment[] before, CapturedSegment reset)
    {
        CapturedSegment[] own = [.. before.Where(s => s.Side == reset.Side && !s.Has(TcpFlags.Syn))],
            arrived = [.. before.Where(s => s.Side != reset.Side && s.Length > 0 && s.Kind != SegmentKind.Repeated)];
        DirectionTracker peer = facts.Connection.From(reset.Side.Peer());
        if (arrived.Length == 0)
            return new CapturedReset(reset, ResetKind.Linger0, facts.IsOpened && peer.Bytes + peer.Missing == 0);
        CapturedSegment? lastOwn = own.LastOrDefault(s => s.Length > 0);
        long unanswered = arrived.Where(s => s.Frame > (lastOwn?.Frame ?? 0)).Sum(s => (long)s.Length);
        bool isInWindow = IsInWindow(facts.Connection.From(reset.Side), own, reset, arrived),
            closedAfterReply = lastOwn is not null && reset.At - lastOwn.At < MaxReplyToClose.TotalNanoseconds;
        return isInWindow || unanswered > 0 || closedAfterReply
            ? new CapturedReset(reset, ResetKind.UnreadData, isInWindow) { Unread = unanswered }
            : new CapturedReset(reset, ResetKind.Linger0, false);
    }

    // The window has become smaller, at least by half of the bytes that have arrived since. Less proves nothing: a
    // window varies a little also if a program has read everything.
    private static bool IsInWindow(DirectionTracker direction, CapturedSegment[] own, CapturedSegment reset,
        CapturedSegment[] arrived)
    {
        if (direction.WindowShift is not { } shift || reset.Window == 0) return false;
        CapturedSegment? open = own.Where(s => s.Frame < reset.Frame).MaxBy(s => s.Window);
        if (open is null) return false;
        long smaller = (long)(open.Window - reset.Window) << shift,
            since = arrived.Where(s => s.Frame > open.Frame).Sum(s => (long)s.Length);
        return open.Window - reset.Window > 1 && since > 0 && smaller >= since / 2;
    }

    // The last segment of the peer whose acknowledgement number is the RST's sequence number. A SYN without ACK is
    // answered with a RST that acknowledges it.
    private static CapturedSegment? Answered(CapturedSegment[] before, CapturedSegment reset) => reset.Has(TcpFlags.Ack)
        ? null
        : before.LastOrDefault(s => s.Side != reset.Side && s.Has(TcpFlags.Ack) && s.Acknowledgement == reset.Sequence
            && !s.Has(TcpFlags.Rst));

    private static bool IsAcknowledged(CapturedFin? fin, CapturedSegment reset) =>
        fin?.Ack is { } ack && ack.Frame < reset.Frame;

    // Before everything that the peer has acknowledged already, or far beyond everything that was sent.
    private static bool IsOutOfWindow(CapturedSegment[] before, CapturedSegment reset)
    {
        long acknowledged = Acknowledged(before, reset.Side.Peer());
        CapturedSegment[] own = [.. before.Where(s => s.Side == reset.Side && !s.Has(TcpFlags.Rst))];
        long sent = own.Select(s => s.End).DefaultIfEmpty(long.MaxValue).Max();
        return reset.Sequence < acknowledged || (sent != long.MaxValue && reset.Sequence > Math.Max(sent,
            acknowledged));
    }

    /// <summary>The highest number that an end has acknowledged in some segments; 0 if none.</summary>
    internal static long Acknowledged(IEnumerable<CapturedSegment> segments, Side by) =>
        segments.Where(s => s.Side == by && s.Has(TcpFlags.Ack)).Select(s => s.Acknowledgement).DefaultIfEmpty(0).Max();
}
