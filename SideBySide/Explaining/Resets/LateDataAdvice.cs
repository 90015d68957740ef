using SideBySide.Captures;
using SideBySide.Explaining.Remarks;
using SideBySide.Summary;
using TcpClose.Events;

namespace SideBySide.Explaining.Resets;

/// <summary>Explains a RST that answers data for a socket that was closed in both directions.</summary>
internal static class LateDataAdvice
{
    private static readonly TimeSpan MinIdle = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The sentences. <paramref name="reset"/> is the first RST of this kind; <paramref name="rst"/> names all.
    /// </summary>
    public static IEnumerable<string> Of(ConnectionFacts facts, CapturedReset reset, string rst)
    {
        string side = reset.Segment.Side.Name(), peer = reset.Segment.Side.Peer().Name();
        CapturedFin fin = facts.Fin(reset.Segment.Side)!;
        CapturedSegment[] before = [.. facts.Segments.Where(s => s.Frame < reset.Segment.Frame)];
        long read = ResetClassifier.Acknowledged(before, reset.Segment.Side);
        CapturedSegment[] late =
            [.. before.Where(s => s.Side != reset.Segment.Side && s.Length > 0 && s.End > read)];
        bool hasCrossed = late.Length > 0 && late.All(s => !s.Acknowledges(fin.First.End));
        if (hasCrossed)
        {
            CapturedSegment? lastData = facts.Segments.LastOrDefault(s => s.Length > 0
                && s.Frame < Math.Min(late[0].Frame, fin.First.Frame));
            TimeSpan idle = lastData is null ? TimeSpan.Zero : Wording.Between(lastData.At, fin.First.At);
            return
            [
                $"The {peer} sent {Remark.Numbers(Remark.FramesOf(late))} before it had received the {side}'s FIN: "
                    + $"data and FIN crossed. The {side} had closed its socket in both directions, so {rst} reports "
                    + "that no program could read the data.",
                .. LostBytes.ToSender(facts, reset),
                idle < MinIdle || !LaterRequest.Is(facts, late[0])
                    ? Harm(facts)
                    : $"That is the race of a connection that is kept open: one end closes it as idle "
                        + $"({Wording.Time(idle)} without data here) while the other sends its next request. Let "
                        + $"the {peer} close idle connections earlier than the {side} does, and let it repeat on a new "
                        + "connection what was not answered.",
            ];
        }

        TimeSpan silence = facts.SilenceBefore(fin.First);
        return
        [
            $"The {side} had closed its socket in both directions, although its FIN only means that it sends "
                + $"nothing more. The {peer} had received the FIN and still sent data, which it may do, but no program "
                + $"could read that data any more: {rst} reports that.",
            .. LostBytes.ToSender(facts, reset),
            .. silence >= MinIdle && late.Length > 0 && LaterRequest.Is(facts, late[0])
                ? (string[])[$"A program that keeps connections in a pool must look for the end of stream before it "
                    + $"uses one: the {side} had closed this one after {Wording.Time(silence)} "
                    + $"without a segment. What the {peer} sent then reached no program, so it is safe to send it "
                    + "again on a new connection."]
                : [$"If the {side}'s program calls Close where it should call Shutdown(Send) and read on, data is "
                    + "lost. " + Harm(facts)],
        ];
    }

    private static string Harm(ConnectionFacts facts) => IsTls(facts)
        ? "If the data was TLS's close_notify, nothing of the application's data is lost, and the RST is harmless."
        : "If the data does not matter any more, the RST is harmless.";

    private static bool IsTls(ConnectionFacts facts) =>
        facts.Connection.Server.Port is 443 or 853 or 993 or 995 or 8443;
}
