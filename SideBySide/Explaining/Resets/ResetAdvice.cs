using SideBySide.Explaining.Remarks;
using TcpClose.Events;

namespace SideBySide.Explaining.Resets;

/// <summary>Explains why a RST was sent, what commonly causes it, and what to change.</summary>
internal static class ResetAdvice
{
    /// <summary>The sentences for resets that one end sent for the same cause.</summary>
    public static IEnumerable<string> Of(ConnectionFacts facts, IReadOnlyList<CapturedReset> resets)
    {
        CapturedReset reset = resets[0];
        string frames = Remark.Numbers([.. resets.Select(r => r.Segment.Frame)]);
        string side = reset.Segment.Side.Name(), peer = reset.Segment.Side.Peer().Name(),
            rst = $"the {side}'s RST ({frames})";
        if (reset.Suspicion is not null) return DeviceAdvice.Of(facts, resets);

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
            ResetKind.UnreadDataOrLinger0 => AbortAdvice.Either(facts, reset, frames),
            ResetKind.GaveUp => GaveUpAdvice.Of(facts, reset, frames),
            ResetKind.DataAfterClose => LateDataAdvice.Of(facts, reset, rst),
            ResetKind.NoConnection => NoConnectionAdvice.Of(facts, reset, rst),
            ResetKind.OpeningAborted =>
            [
                $"The {side} answers the SYN ACK with a RST ({frames}): it did not want the connection any more, as "
                    + "in a health check, in a port scan or after a connect that was cancelled. If it only tests the "
                    + $"port, nothing is wrong at the {peer}.",
            ],
            ResetKind.AfterReset => GaveUpAdvice.AfterReset(facts, resets),
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
        return reset.NextHop is null ? sentences : DeviceAdvice.Perhaps(reset, rst, sentences);
    }

    internal static string Capitalize(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    /// <summary>The text with its first letter in lower case, to follow a colon.</summary>
    internal static string Continue(string text) => char.ToLowerInvariant(text[0]) + text[1..];
}
