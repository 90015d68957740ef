using SideBySide.Captures;
using SideBySide.Explaining.Remarks;
using SideBySide.Summary;
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
        if (reset.Suspicion is { } suspicion)
        {
            return [$"A RST with the address of the {side} ({frames}) was probably not sent by it, but by a device "
                + $"between the ends: {suspicion}. Look for a firewall, a load balancer or a filter on the way, and "
                + "for its log."];
        }

        return reset.Kind switch
        {
            ResetKind.Refused =>
            [
                $"The {side} answers the SYN with a RST ({frames}): nothing listens on that port, or a "
                    + "firewall rejects the connection.",
                "Start the server first, or check the port.",
            ],
            ResetKind.UnreadData =>
            [
                $"The {side} ends the connection immediately with a RST ({frames}). "
                    + (reset.IsCertain ? "Its window shows that it had not read everything that had arrived: "
                        : reset.Unread > 0 ? $"Nothing shows that it had read the last "
                        + $"{Wording.Count(reset.Unread, "byte")} "
                            + "that arrived, and the likely cause is that it had not: "
                        : "It had answered just before, and had probably not read everything that had arrived: ")
                    + "a kernel sends a RST if a program closes its socket, or is killed, while data is unread.",
                (reset.IsCertain ? "" : "The capture cannot exclude linger 0, which looks the same. ")
                    + "Read to the end of the stream before the socket is closed; if the data is not wanted, call "
                    + "Shutdown(Send), read and discard with a limit, then close (a lingering close).",
            ],
            ResetKind.Linger0 =>
            [
                $"The {side} aborts the connection with a RST ({frames}). "
                    + (reset.IsCertain ? "No data had arrived there that could be unread: "
                        : "Unread data is not the likely cause: ")
                    + "the program aborted (linger 0, for instance after a time-out, or in .NET Dispose with a pending "
                    + "receive), or its listener was closed before it accepted the connection.",
                "Remove LingerOption(true, 0) and Close(0), unless an abort is wanted: a RST discards data that is "
                    + "still on its way.",
            ],
            ResetKind.GaveUp =>
            [
                $"The {side}'s kernel gives up and sends a RST ({frames}): what it sent was not answered any more.",
                $"The {peer} is gone, or a device on the way has forgotten the connection: send something more often "
                    + "(keep-alive), or raise that device's idle time-out.",
            ],
            ResetKind.DataAfterClose =>
            [
                $"The {side} had closed its socket in both directions, although its FIN only means that it has sent "
                    + $"everything. The {peer}'s data still came, but no program could read it any more: {rst} "
                    + $"reports that.",
                $"If the {side}'s program calls Close where it should call Shutdown(Send) and read on, data is lost. "
                    + (IsTls(facts) ? "If the data was TLS's close_notify, nothing of the application's data is "
                    + "lost, and "
                        + "the RST is harmless." : "If the data does not matter any more, the RST is harmless."),
            ],
            ResetKind.NoConnection =>
            [
                $"{Capitalize(rst)} answers {answered}: the {side} does not hold this connection any more. "
                    + (facts.Fin(reset.Segment.Side) is null
                        ? "It was restarted, or it (or a device on the way) has dropped the connection after a "
                            + "time-out."
                        : "Its program had closed the socket in both directions, and its kernel has forgotten it."),
                Unacknowledged(facts, reset.Segment) is var lost and > 0
                    ? $"{Wording.Count(lost, "byte")} from the {peer} had not been acknowledged, and are lost."
                    : $"Everything that the {peer} had sent was acknowledged; whether a program had read it, a capture "
                        + "cannot show.",
            ],
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
                [$"{Capitalize(rst)} has a number that its receiver does not expect, and is ignored."],
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static long Unacknowledged(ConnectionFacts facts, CapturedSegment reset) => facts.Segments
        .Where(s => s.Side != reset.Side && s.Frame < reset.Frame && s.Length > 0
            && s.Kind is SegmentKind.New && s.End > facts.Connection.From(s.Side).Acknowledged).Sum(s
            => (long)s.Length);

    private static bool IsTls(ConnectionFacts facts)
        => facts.Connection.Server.Port is 443 or 853 or 993 or 995 or 8443;

    private static string Capitalize(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
