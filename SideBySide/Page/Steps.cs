using System.Globalization;
using System.Net.NetworkInformation;
using SideBySide.Drawing;
using SideBySide.Page.Sentences;
using SideBySide.Page.States;
using SideBySide.Timeline;
using TcpClose.Events;
using TcpClose.Kernel;

namespace SideBySide.Page;

/// <summary>Divides a picture into steps.</summary>
internal sealed class Steps
{
    private readonly Diagram _diagram;
    private readonly Dictionary<LegEnd, EndOfStep> _ends;
    private readonly HashSet<LegEnd> _orphans = [];

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
            _ends[end] = end.Leg == at.Ladder.Leg && After(_ends[end], at) is { } changed
                ? changed
                : _ends[end] with { Before = null, Path = [], IsReportedOtherwise = false };
        }

        return new Step(index, (at.Row.At - _diagram.Zero) / 1e9, Title(at), [.. _diagram.Ends.Select(e => _ends[e])])
        {
            Explanation = [.. StepSentences.Of(_diagram, at, pause)],
            Connection = at.Ladder.Leg == Leg.RelayToServer ? 1 : 0,
            Calls = [.. at.Row.Calls.OrderBy(c => at.Row.Segment is { } s && s.Side != c.Key)
                .Select(c => (new LegEnd(at.Ladder.Leg, c.Key), c.Value))],
            Segment = at.Row.Segment is { } segment ? (at.Row.Number, at.Sender!.Value, segment) : null,
        };
    }

    // The end with its state after the row; null if the row does not change it. The CLOSED with which an orphan (see
    // Orphan) begins does not count as a change. The next state of an orphan is derived from the segments.
    private EndOfStep? After(EndOfStep before, DiagramRow at)
    {
        if (Orphan.Begins(at, before.End.Side))
        {
            _orphans.Add(before.End);
            return null;
        }

        if (_orphans.Contains(before.End) && Orphan.Next(at, before.End.Side) is { } next)
        {
            _orphans.Remove(before.End);
            return Change(before, at, next, StateNames.Name(next)!);
        }

        return at.Row.States.TryGetValue(before.End.Side, out TcpState state)
            ? Change(before, at, state, at.Row.StateName(before.End.Side))
            : null;
    }

    private static EndOfStep Change(EndOfStep before, DiagramRow at, TcpState next, string name)
    {
        Side side = before.End.Side;
        StateTransition? reset = next == TcpState.Closed && before.State is { } last
            ? ResetTransition.Of(last, at, side)
            : null;
        bool isOver = reset is not null || before.State is not (null or TcpState.Listen or TcpState.SynSent);
        if (next == TcpState.Closed && isOver) next = TcpState.DeleteTcb;
        return new EndOfStep(before.End, next, name)
        {
            Before = before.State,
            IsReportedOtherwise = MiniSocket.IsLate(at, side) || FinWithAck.IsReported(at, side),
            Path = reset is not null ? [reset] : before.State is { } from ? StateMachine.PathOf(from, next) : [],
        };
    }

    private static string Title(DiagramRow at)
    {
        if (at.Row.Skipped is { } skipped) return skipped.Words;
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
