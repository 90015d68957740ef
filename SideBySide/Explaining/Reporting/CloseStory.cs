using System.Net.NetworkInformation;
using SideBySide.Captures;
using SideBySide.Explaining.Remarks;
using SideBySide.Explaining.Resets;
using SideBySide.Summary;
using TcpClose.Events;

namespace SideBySide.Explaining.Reporting;

/// <summary>Describes what happened in a captured connection, in order, with the frames that show it.</summary>
internal static class CloseStory
{
    /// <summary>The sentences.</summary>
    public static IEnumerable<string> Of(ConnectionFacts facts) =>
    [
        .. Opening(facts), .. Data(facts), .. Resets(facts, areBeforeFin: true), .. Fins(facts),
        .. Resets(facts, areBeforeFin: false), .. IcmpRemarks.Summarize(facts), .. End(facts),
    ];

    private static IEnumerable<string> Resets(ConnectionFacts facts, bool areBeforeFin) => facts.Resets
        .GroupBy(r => (r.Segment.Side, r.Kind, r.Suspicion is null, EndedBy: r.EndedBy?.Segment.Frame))
        .Where(same => same.First().Segment.Frame < facts.FirstFin?.First.Frame == areBeforeFin)
        .SelectMany(same => ResetAdvice.Of(facts, [.. same]));

    private static IEnumerable<string> Opening(ConnectionFacts facts)
    {
        if (facts.Connection.IcmpErrors.Count > 0 && facts.HasNeverOpened)
            yield return $"The client's SYN (frame {facts.Syn!.Frame}) is answered only by ICMP.";
        if (facts is { Syn: { } first, SynAck: { } crossing } && !crossing.Has(TcpFlags.Ack))
        {
            yield return $"Both ends send a SYN before they have received the other's (frames {first.Frame} and "
                + $"{crossing.Frame}): a simultaneous open.";
        }
        else if (facts is { Syn: { } syn, SynAck: { } synAck })
        {
            CapturedSegment? ack = facts.Segments.FirstOrDefault(s => s.Side == Side.Client && s.Frame > synAck.Frame
                && s.Acknowledges(synAck.End) && !s.Has(TcpFlags.Rst));
            yield return ack is null
                ? $"The client's SYN (frame {syn.Frame}) is answered by a SYN ACK (frame {synAck.Frame}), and no ACK "
                    + "completes the opening."
                : $"The connection opens in three segments: SYN, SYN ACK, ACK (frames {syn.Frame}, {synAck.Frame} and "
                    + $"{ack.Frame}).";
        }
    }

    private static IEnumerable<string> Data(ConnectionFacts facts)
    {
        DirectionTracker client = facts.Connection.From(Side.Client), server = facts.Connection.From(Side.Server);
        if (client.Bytes + server.Bytes + facts.Missing(Side.Client) + facts.Missing(Side.Server) > 0)
            yield return $"In the capture, the client sends "
                + Bytes(client, facts.Missing(Side.Client), facts.MayLackFin(Side.Client)) + " and the server "
                + Bytes(server, facts.Missing(Side.Server), facts.MayLackFin(Side.Server)) + ".";
    }

    private static string Bytes(DirectionTracker from, long missing, bool mayLackFin) =>
        Wording.Count(from.Bytes + missing, "byte")
        + (missing == 0 ? "" : from.Bytes == 0 ? " (none of them captured" : $" ({missing} of them not captured")
        + (missing == 0 ? "" : mayLackFin ? "; the last one may be a FIN)" : ")");

    private static IEnumerable<string> Fins(ConnectionFacts facts)
    {
        if (facts.FirstFin is not { } first) yield break;
        if (facts.HasMissedFirstFin)
        {
            yield return $"The {first.First.Side.Peer().Name()} ends first: its FIN is not in the capture, but frame "
                + $"{first.First.Frame}, the {first.First.Side.Name()}'s FIN, acknowledges it.";
            yield break;
        }

        string side = first.First.Side.Name(), peer = first.First.Side.Peer().Name();
        if (facts.IsOrderUnknown)
        {
            yield return $"The {side} sends a FIN (frame {first.First.Frame}): it sends nothing more. Which end was "
                + $"first is not known: the {peer} sends no data in the capture, so its FIN may have come before the "
                + "capture began.";
            if (first.Ack is { } answer) yield return $"The {peer} acknowledges that FIN in frame {answer.Frame}.";
            yield break;
        }

        if (facts.Form == CloseForm.CrossedFins || (facts.SecondFin is { } crossing && IsCrossing(first, crossing)))
        {
            CapturedFin second = facts.SecondFin!;
            yield return $"The FINs cross: the {side} (frame {first.First.Frame}) and the {peer} (frame "
                + $"{second.First.Frame}) each sent its own before it had received the other's.";
            yield return Acknowledged(facts, first, second);
            yield break;
        }

        yield return $"The {side} ends first: its FIN (frame {first.First.Frame}"
            + (first.First.Length > 0 ? $", with {Wording.Count(first.First.Length, "byte")}" : "")
            + FinSilence.Describe(facts, first.First) + ") means that it sends nothing more. Its program has "
            + "finished sending, has exited or was killed."
            + (facts.Resets.Any(r => r.Segment.Side == first.First.Side && r.Suspicion is null) ? ""
                : " It can still receive, if its program has not closed the socket.");
        if (first.Ack is { } ack && ack != facts.SecondFin?.First)
            yield return $"The {peer} acknowledges that FIN in frame {ack.Frame}.";
        if (facts is { HalfClosed: { } half } && facts.Form is not CloseForm.ThreeSegments
            && (half.Bytes > 0 || half.Time.TotalMilliseconds >= 1))
        {
            yield return $"For {Wording.Time(half.Time)} only the {peer} may send, and it sends "
                + $"{(half.Bytes == 0 ? "nothing" : Wording.Count(half.Bytes, "byte"))} in that time"
                + (half.Bytes == 0 && ClosedWindow.LastOf(facts, first.First.Side) is { } closed
                    ? $": the last window that the {side} gave it was 0 (frame {closed.Frame})." : ".");
        }

        if (facts.SecondFin is { } last)
        {
            yield return facts.Form == CloseForm.ThreeSegments
                ? (last.First.Length == 0 ? $"The {peer} has nothing more to send: one segment carries its FIN and "
                + $"its ACK "
                    : $"One segment carries the {peer}'s last {Wording.Count(last.First.Length, "byte")}, its FIN "
                    + $"and its ACK ")
                    + $"(frame {last.First.Frame}), so the close takes three segments."
                : $"Then the {peer} ends, too: its FIN is frame {last.First.Frame}"
                    + FinSilence.Describe(facts, last.First)
                    + (last.Ack is { } lastAck ? $", and the {side} acknowledges it in frame {lastAck.Frame}." : ".");
        }

        if (((CapturedFin?[])[first, facts.SecondFin]).OfType<CapturedFin>()
            .Select(f => FinSilence.Advise(facts, f.First)).FirstOrDefault(a => a is not null) is { } advice)
            yield return advice;
    }

    private static bool IsCrossing(CapturedFin first, CapturedFin second) =>
        !second.First.Acknowledges(first.First.End) && !first.First.Acknowledges(second.First.End);

    private static string Acknowledged(ConnectionFacts facts, CapturedFin first, CapturedFin second) => (first.Ack,
        second.Ack) switch
    {
        ({ } one, { } other) => $"Each FIN has an ACK of its own (frames {Math.Min(one.Frame, other.Frame)} and "
            + $"{Math.Max(one.Frame, other.Frame)})"
            + (facts.States.Count(s => s.State == TcpState.Closing) == 2 ? ": both ends go through CLOSING." : "."),
        ({ } one, null) => $"Only the {first.First.Side.Name()}'s is acknowledged (frame {one.Frame}).",
        (null, { } other) => $"Only the {second.First.Side.Name()}'s is acknowledged (frame {other.Frame}).",
        _ => "Neither is acknowledged.",
    };

    private static IEnumerable<string> End(ConnectionFacts facts)
    {
        string[] waiting = [.. ((Side[])[Side.Client, Side.Server]).Where(side =>
            facts.States.LastOrDefault(s => s.Side == side)?.State == TcpState.TimeWait).Select(s => s.Name())];
        if (waiting.Length > 0)
        {
            yield return waiting.Length == 2
                ? "Both ends are left in TIME-WAIT for 2 MSL (Linux: 60 s), because each closed before it knew of "
                + "the other."
                : $"The {waiting[0]} is left in TIME-WAIT for 2 MSL (Linux: 60 s), which is normal for the end that "
                + "closes first.";
        }

        if (facts.HasNeverOpened)
        {
            yield return "The connection never opened.";
        }
        else if (facts.Form == CloseForm.Open)
        {
            yield return "The capture contains no end of this connection: no FIN, and "
                + (facts.Resets.Count == 0 ? "no RST." : "only a RST that its receiver ignores.");
        }
    }
}
