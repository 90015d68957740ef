using SideBySide.Captures;
using SideBySide.Explaining.Remarks;
using TcpClose.Events;

namespace SideBySide.Explaining.Resets;

/// <summary>Explains why a RST was sent, what it means, what in a program commonly causes it, and what to
/// change.</summary>
internal static class ResetAdvice
{
    /// <summary>The sentences for the resets of one end with the same cause.</summary>
    public static IEnumerable<string> Of(ConnectionFacts facts, IReadOnlyList<CapturedReset> resets)
    {
        CapturedReset reset = resets[0];
        string frames = Remark.Numbers([.. resets.Select(r => r.Segment.Frame)]);
        string side = reset.Segment.Side.Name(), peer = reset.Segment.Side.Peer().Name(),
            rst = $"the {side}'s RST ({frames})",
            answered = reset.Answered is { } segment ? $"frame {segment.Frame}" : "a segment";
        if (reset.Kind == ResetKind.Forged)
        {
            return
            [
                $"A RST with the address of the {side} ({frames}) was not sent by it: {reset.Suspicion}. So "
                    + $"{ForgedReset.DescribeSender(reset)}. Look for a firewall, a load balancer or a filter, and for "
                    + "its log.",
                ForgedReset.IsWithoutEffect(facts, reset.Segment) ? $"The {peer} goes on as well: it has ignored that "
                    + "RST, or has not received it."
                    : $"If that RST reached the {peer}, the {peer}'s connection was reset, while the {side} still held "
                    + "it.",
                .. LostBytes.ToSender(facts, reset),
            ];
        }

        if (reset.Suspicion is { } suspicion)
        {
            return
            [
                $"A RST with the address of the {side} ({frames}) was probably not sent by it, but by a device between "
                    + $"the ends: {suspicion}. Look for a firewall, a load balancer or a filter on the way, and for "
                    + "its log.",
                .. LostBytes.ToSender(facts, reset),
            ];
        }

        IEnumerable<string> sentences = reset.Kind switch
        {
            ResetKind.Refused =>
            [
                $"The {side} answers the SYN with a RST ({frames}): nothing listens on that port, or a "
                    + "firewall rejects the connection.",
                "Start the server first, or check the port.",
            ],
            ResetKind.UnreadData => AbortAdvice.UnreadData(facts, reset, frames),
            ResetKind.Linger0 => AbortAdvice.Linger0(facts, reset, frames),
            ResetKind.GaveUp =>
            [
                $"The {side}'s kernel gives up and sends a RST ({frames}): what it sent was not answered any more.",
                NoAnswer.Explain(facts, reset.Segment.Side.Peer()),
                .. LostBytes.FromSender(facts, reset),
                .. LostBytes.ToSender(facts, reset),
                $"The {peer} may still hold the connection, because nothing shows that the RST reached it.",
                facts.Connection.Count(SegmentKind.KeepAlive) > 0
                    ? "Keep-alive probes were sent, and were not answered either. If a device has forgotten the "
                        + "connection, raise its idle time-out."
                    : "If a device has forgotten the connection, send something more often (keep-alive), or raise that "
                        + "device's idle time-out.",
            ],
            ResetKind.DataAfterClose => LateDataAdvice.Of(facts, reset, rst),
            ResetKind.NoConnection => NoConnectionAdvice.Of(facts, reset, rst),
            ResetKind.OpeningAborted =>
            [
                $"The {side} answers the SYN ACK with a RST ({frames}): it did not want the connection any more, as "
                    + "after a connect that was cancelled, in a health check or in a port scan.",
            ],
            ResetKind.AfterReset =>
            [
                $"{Capitalize(rst)} answers a segment that was still on its way when the {side} aborted the "
                    + $"connection.",
            ],
            ResetKind.AfterClose =>
            [
                $"{Capitalize(rst)} comes after both FINs have been acknowledged. It is harmless: the connection had "
                    + "ended already.",
            ],
            ResetKind.OutOfWindow =>
            [
                $"{Capitalize(rst)} has a number that its receiver does not expect, and is ignored"
                    + (reset.IsCertain ? "." : ", unless the capture has missed what was sent before it."),
            ],
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        return reset.NextHop is not { } nextHop ? sentences
            : [.. sentences, $"But perhaps a device next to the {side} has sent that RST: {nextHop}."];
    }

    internal static string Capitalize(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
