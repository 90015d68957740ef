using SideBySide.Captures;
using SideBySide.Explaining.Remarks;
using SideBySide.Summary;
using TcpClose.Events;

namespace SideBySide.Explaining.Resets;

/// <summary>Explains a RST that a device certainly, probably or perhaps sent in the name of an end.</summary>
internal static class DeviceAdvice
{
    private static readonly TimeSpan MinIdle = TimeSpan.FromSeconds(1);

    /// <summary>The sentences for a RST that a device certainly or probably sent.</summary>
    public static IEnumerable<string> Of(ConnectionFacts facts, IReadOnlyList<CapturedReset> resets)
    {
        CapturedReset reset = resets[0];
        string side = reset.Segment.Side.Name(),
            frames = Remark.Numbers(Remark.FramesOf(resets.Select(r => r.Segment)));
        return
        [
            $"A RST with the address of the {side} ({frames}) was "
                + (reset.Kind == ResetKind.Forged ? $"not sent by it: {reset.Suspicion}. So "
                    + $"{ForgedReset.DescribeSender(reset)}."
                    : $"probably not sent by it, but by a device between the ends: {reset.Suspicion}.")
                + (reset.IsOfCapturingHost ? " Look at its firewall, at what it forwards, and at its log."
                    : SuspiciousReset.DescribePlace(reset.Segment)
                        + " Look for a firewall, a load balancer or a filter on the way, and for its log."),
            .. reset.Kind == ResetKind.Forged ? Effect(facts, reset) : [],
            .. LostBytes.ToSender(facts, reset),
            .. Idle(facts, reset),
        ];
    }

    /// <summary>
    /// The sentences for a RST that a device may have sent; <paramref name="ifGenuine"/> apply if the end sent it.
    /// </summary>
    public static IEnumerable<string> Perhaps(CapturedReset reset, string rst, IEnumerable<string> ifGenuine) =>
    [
        $"Perhaps a device, and not the {reset.Segment.Side.Name()}, sent {rst}: {reset.NextHop}."
            + SuspiciousReset.DescribePlace(reset.Segment) + $" If the {reset.Segment.Side.Name()} did send it:",
        .. ifGenuine,
    ];

    private static IEnumerable<string> Effect(ConnectionFacts facts, CapturedReset reset)
    {
        string side = reset.Segment.Side.Name(), peer = reset.Segment.Side.Peer().Name();
        yield return ForgedReset.IsWithoutEffect(facts, reset.Segment)
            ? $"The {peer} goes on as well: it has ignored that RST, or has not received it."
            : $"If that RST reached the {peer}, the {peer}'s connection was reset, while the {side} "
                + (reset.Disproof is null ? "may still hold it." : "still held it.");
    }

    // A device often forgets a connection that is idle.
    private static IEnumerable<string> Idle(ConnectionFacts facts, CapturedReset reset)
    {
        if (reset.Answered is not { } answered) yield break;
        CapturedSegment first = NoConnectionAdvice.FirstTransmission(facts, answered);
        if (facts.SilenceBefore(first) is var idle && idle >= MinIdle)
        {
            yield return $"Before frame {first.Frame}, neither end had sent data or a FIN for {Wording.Time(idle)}. "
                + "Perhaps the device had forgotten the connection; then raise its idle time-out, or use keep-alive.";
        }
    }
}
