using System.Globalization;
using System.Net.NetworkInformation;
using SideBySide.Drawing;
using SideBySide.Page.Sentences;
using SideBySide.Page.States;
using SideBySide.Timeline;
using TcpClose.Events;

namespace SideBySide.Page;

/// <summary>Divides a picture into steps.</summary>
internal sealed class Steps
{
    private readonly Diagram _diagram;
    private readonly Dictionary<LegEnd, EndOfStep> _ends;

    private Steps(Diagram diagram)
    {
        _diagram = diagram;
        _ends = diagram.Ends.ToDictionary(e => e, First);
    }

    /// <summary>The steps: the beginning, and one for each row.</summary>
    public static IReadOnlyList<Step> Of(Diagram diagram)
    {
        var steps = new Steps(diagram);
        IReadOnlyList<Pause> pauses = Pause.Of(diagram);
        return
        [
            new Step(null, 0, "before the first call", [.. steps._ends.Values])
            {
                Explanation = [.. StepSentences.Beginning(diagram)],
            },
            .. diagram.Rows.Select((row, i) => steps.Next(row, i, pauses.FirstOrDefault(p => p.Row == i))),
        ];
    }

    private EndOfStep First(LegEnd end)
    {
        Ladder ladder = _diagram.LadderOf(end);
        TcpState? state = ladder.InitialStates.TryGetValue(end.Side, out TcpState first) ? first : null;
        return new EndOfStep(end, state, ladder.InitialName(end.Side));
    }

    private Step Next(DiagramRow at, int index, Pause? pause)
    {
        foreach (LegEnd end in _diagram.Ends)
        {
            bool changes = end.Leg == at.Ladder.Leg && at.Row.States.ContainsKey(end.Side);
            _ends[end] = changes ? Change(_ends[end], at) : _ends[end] with { Before = null, Path = [] };
        }

        return new Step(index, (at.Row.At - _diagram.Zero) / 1e9, Title(at), [.. _diagram.Ends.Select(e => _ends[e])])
        {
            Explanation = [.. StepSentences.Of(at, pause)],
            Connection = at.Ladder.Leg == Leg.RelayToServer ? 1 : 0,
            Calls = [.. at.Row.Calls.OrderBy(c => at.Row.Segment is { } s && s.Side != c.Key)
                .Select(c => (new LegEnd(at.Ladder.Leg, c.Key), c.Value))],
            Segment = at.Row.Segment is { } segment ? (at.Row.Number, at.Sender!.Value, segment) : null,
        };
    }

    private static EndOfStep Change(EndOfStep before, DiagramRow at)
    {
        Side side = before.End.Side;
        TcpState next = at.Row.States[side];
        if (next == TcpState.Closed && before.State is not (null or TcpState.Listen)) next = TcpState.DeleteTcb;
        return new EndOfStep(before.End, next, at.Row.StateName(side))
        {
            Before = before.State,
            Path = before.State is { } from ? PathOf(from, next, at, side) : [],
        };
    }

    // A RST explains CLOSED if the row has one, or if no single transition without a RST leads there. The kernel may
    // enter CLOSED just before it sends the RST.
    private static IReadOnlyList<StateTransition> PathOf(TcpState from, TcpState to, DiagramRow at, Side side)
    {
        if (Orphan.Begins(at, side)) return [];
        IReadOnlyList<StateTransition> path = StateMachine.PathOf(from, to);
        LadderRow[] rows = [.. at.Ladder.Rows.Take(at.Index + 2)];
        bool isAborted = to == TcpState.DeleteTcb
            && (IsReset(at.Row, side) || (path.Count != 1 && rows.Any(r => IsReset(r, side))));
        if (!isAborted) return path;
        bool isOwn = rows.Any(r => r.Segment is { } s && s.Side == side && s.Has("RST"))
            || at.Row.Calls.ContainsKey(side);
        return [isOwn
            ? StateMachine.Reset with { Event = "abort" }
            : StateMachine.Reset with { Event = "rcv RST", Action = "" }];
    }

    private static bool IsReset(LadderRow row, Side side) => (row.Segment is { IsLost: false } s && s.Has("RST"))
        || (row.Calls.TryGetValue(side, out CallEvent? call) && call.Phase == ClosePhase.Aborted);

    private static string Title(DiagramRow at)
    {
        if (at.Row.Skipped is { } skipped) return skipped.Trim('…', ' ');
        if (at.Row.Segment is { } segment)
        {
            string how = (segment.Segment.IsRetransmission ? ", sent again" : "") + (segment.IsLost ? ", lost" : "");
            return string.Create(CultureInfo.InvariantCulture,
                $"segment {at.Row.Number}: {segment.Segment.Flags} from the {at.Sender!.Value.Name}{how}");
        }

        return string.Join(", ", at.Row.Calls.Select(c =>
            $"{new LegEnd(at.Ladder.Leg, c.Key).Name}: {c.Value.Details?.Text ?? c.Value.Call}")
            .DefaultIfEmpty(string.Join(", ", at.Row.States.Keys.Select(s =>
                $"{new LegEnd(at.Ladder.Leg, s).Name}: {at.Row.StateName(s)}"))));
    }
}
