using System.Net.NetworkInformation;
using SideBySide.Drawing;
using SideBySide.Page.States;
using SideBySide.Timeline;
using TcpClose.Events;

namespace SideBySide.Page.Sentences;

/// <summary>Explains a step in a few sentences.</summary>
internal static class StepSentences
{
    /// <summary>What the page shows before the first row.</summary>
    public static IEnumerable<string> Beginning(Diagram diagram)
    {
        bool listens = diagram.Ladders.Any(l =>
            l.InitialStates.TryGetValue(Side.Server, out TcpState state) && state == TcpState.Listen);
        yield return listens
            ? $"The server {(diagram.HasRelay ? "and the relay listen" : "listens")}, and the client has no connection "
                + "yet (RFC 9293, 3.3.2)."
            : "Nothing has happened yet.";
        if (diagram.Ladders.Any(l => l.IsInferred))
        {
            yield return "States in lower case are inferred from the segments with the rules of RFC 9293. A question "
                + "mark means that nothing proves the arrival of the segment that causes the state.";
        }
        else if (diagram.Ladders.Any(l => !l.IsTraced))
        {
            yield return "The states are those that the programs read after their calls; short ones were not observed.";
            if (diagram.HasRelay)
            {
                yield return "Those of the relay's sockets were queried at intervals: each is shown when it was read, "
                    + "which may be late.";
            }
        }
    }

    /// <summary>The sentences of a row, and of the pause before it.</summary>
    public static IEnumerable<string> Of(Diagram diagram, DiagramRow at, Pause? pause)
    {
        if (pause is { Cause: not "" }) yield return $"A pause: {pause.Cause}.";
        if (at.Row.Skipped is not null)
        {
            yield return "These segments only transfer data and its acknowledgements, so they are folded.";
            yield break;
        }

        if (at.Row.Segment is null)
        {
            foreach (var (side, call) in at.Row.Calls)
                yield return CallSentences.Of(new LegEnd(at.Ladder.Leg, side), call, at);
            foreach (Side side in at.Row.States.Keys.Where(s => at.Row.Calls.Count == 0))
            {
                yield return OfState(at, side);
            }
        }
        else
        {
            foreach (string sentence in SegmentSentences.Of(at)) yield return sentence;
            if (RelayFinSentence.Of(diagram, at) is { } ofRelay) yield return ofRelay;
        }

        if ((MiniSocket.SentenceOf(at) ?? FinWithAck.SentenceOf(at)) is { } ofState) yield return ofState;
    }

    // A state that changed without a segment or a call.
    private static string OfState(DiagramRow at, Side side)
    {
        var end = new LegEnd(at.Ladder.Leg, side);
        return Orphan.Begins(at, side)
            ? $"The {end.Name}'s program has closed its socket. The trace reports CLOSED, because a mini-socket "
                + "replaces the socket; the connection remains in FIN-WAIT-2."
            : end.IsRelay && !at.Ladder.IsTraced
            ? $"A query finds this socket of the relay in {at.Row.StateName(side)}. It may have changed earlier."
            : at.Row.States[side] == TcpState.Established
            ? $"The handshake is complete, so the {end.Name}'s kernel goes on to {at.Row.StateName(side)}."
            : $"The {end.Name}'s kernel goes on to {at.Row.StateName(side)}.";
    }
}
