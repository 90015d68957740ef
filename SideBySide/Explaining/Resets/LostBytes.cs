using SideBySide.Captures;
using SideBySide.Summary;
using TcpClose.Events;

namespace SideBySide.Explaining.Resets;

/// <summary>Counts the bytes that a RST may have discarded, in both directions.</summary>
internal static class LostBytes
{
    /// <summary>How much of the data of the RST's sender had arrived.</summary>
    public static IEnumerable<string> FromSender(ConnectionFacts facts, CapturedReset reset)
    {
        string side = reset.Segment.Side.Name(), peer = reset.Segment.Side.Peer().Name();
        (long sent, long arrived) = Count(facts, reset.Segment.Side, 0);

        // A client that gives up its own request loses nothing if everything had arrived.
        if (sent == 0 || (reset.Segment.Side == Side.Client && arrived == sent)) yield break;
        yield return arrived < sent
            ? Unacknowledged(side, sent, arrived, isCertain: false)
            : $"All {Wording.Count(sent, "byte")} that the {side} sent had arrived. The {peer}'s program may "
                + "nevertheless lose those that it had not read: if it is sending, it gets an error first, and some "
                + "systems discard them.";
    }

    /// <summary>
    /// How many bytes the peer had sent to the RST's sender, how many were acknowledged, and how many may be lost.
    /// </summary>
    public static IEnumerable<string> ToSender(ConnectionFacts facts, CapturedReset reset)
    {
        Side side = reset.Segment.Side;
        (long sent, long arrived) = Count(facts, side.Peer(), reset.Segment.Acknowledgement);
        if (sent == 0) yield break;
        if (arrived < sent) yield return Unacknowledged(side.Peer().Name(), sent, arrived,
            reset is { Suspicion: null, NextHop: null, Kind: not ResetKind.GaveUp });
        if (arrived == 0) yield break;
        if (reset.Kind is ResetKind.UnreadData or ResetKind.UnreadDataOrLinger0
            || (reset.Kind == ResetKind.Linger0 && side == Side.Server))
        {
            yield return (arrived == sent ? $"All {Wording.Count(sent, "byte")} that the {side.Peer().Name()} sent "
                + "were acknowledged. " : "")
                + $"Of the acknowledged bytes, those that the {side.Name()}'s program had not read are discarded: up "
                + $"to {arrived}; the capture cannot show how many.";
        }
        else if (arrived == sent && reset.Kind is ResetKind.NoConnection or ResetKind.GaveUp)
        {
            yield return $"Everything that the {side.Peer().Name()} had sent was acknowledged; whether a program had "
                + "read it, a capture cannot show.";
        }
    }

    // How many bytes an end had sent, and how many its peer had acknowledged. If the peer sent the RST, inReset is the
    // RST's acknowledgement number; otherwise it is 0.
    private static (long Sent, long Acknowledged) Count(ConnectionFacts facts, Side side, long inReset)
    {
        DirectionTracker from = facts.Connection.From(side);
        long sent = from.Bytes + facts.Missing(side);
        return (sent, Math.Clamp(Math.Max(from.Acknowledged, inReset) - 1, 0, sent));
    }

    private static string Unacknowledged(string side, long sent, long arrived, bool isCertain) => arrived == 0
        ? $"None of the {Wording.Count(sent, "byte")} that the {side} sent was acknowledged: they "
            + (isCertain ? "are lost." : "may be lost.")
        : $"Of the {Wording.Count(sent, "byte")} that the {side} sent, {arrived} "
        + (arrived == 1 ? "was" : "were") + $" acknowledged. The other {sent - arrived} "
        + (isCertain ? sent - arrived == 1 ? "is lost." : "are lost." : "may be lost.");
}
