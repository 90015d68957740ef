using SideBySide.Captures;
using SideBySide.Explaining.Resets;
using SideBySide.Summary;
using TcpClose.Events;

namespace SideBySide.Explaining.Remarks;

/// <summary>Finds an end that sent something again and again without an answer.</summary>
internal static class SilenceRemarks
{
    /// <summary>The remarks.</summary>
    public static IEnumerable<Remark> Find(ConnectionFacts facts)
    {
        foreach (Side side in (Side[])[Side.Client, Side.Server])
        {
            // Another remark describes a repeated FIN or SYN.
            DirectionTracker from = facts.Connection.From(side);
            if (from.AnsweredRun is { } run && !run.Has(TcpFlags.Fin | TcpFlags.Syn))
                yield return Interrupted(facts, side, run);
            if (facts.Fin(side) is { Ack: null, Repeats.Count: > 0 }
                || from.UnansweredRepeats < RepeatRun.MinRepeats || from.UnansweredRun is null
                || facts.Segments.LastOrDefault(s => s.Side != side) is not { } last) continue;
            yield return new Remark("not-answered", [last.Frame], $"Nothing has answered the {side.Name()} since "
                + $"frame {last.Frame}, although it sent {Wording.Times(from.UnansweredRepeats)} again what was not "
                + "acknowledged." + Unacknowledged(facts, side)
                + (facts.Resets.Any(r => r.Kind == ResetKind.GaveUp) ? ""
                    : " " + NoAnswer.Explain(facts, side.Peer())));
        }
    }

    private static Remark Interrupted(ConnectionFacts facts, Side side, RepeatRun run)
    {
        CapturedSegment? original = facts.Segments.FirstOrDefault(s => s.Side == side && s.Frame < run.FirstFrame
            && s.Sequence == run.Sequence && s.End > s.Sequence),
            before = facts.Segments.LastOrDefault(s => s.Side != side && s.Frame < run.FirstFrame);
        string what = original is null ? "a segment" : $"frame {original.Frame}";
        TimeSpan time = original is null ? run.Time : Wording.Between(original.At, run.LastAt);
        int[] frames = [.. before is null ? (int[])[] : [before.Frame], run.AnsweredBy];

        // The end has given up if its later RST shows that it does not hold the connection any more.
        CapturedReset? gaveUp = facts.Resets.FirstOrDefault(r => r.Segment.Side == side && r.EndedBy is null
            && r.Kind == ResetKind.NoConnection && r.Segment.Frame > run.AnsweredBy);
        return new Remark("not-answered", frames, (before is null ? "Before frame " : $"Between frames {before.Frame} "
            + "and ") + $"{run.AnsweredBy}, nothing answered the {side.Name()}, although it sent {what} again "
            + $"{Wording.Times(run.Count)} in {Wording.Time(time)}."
            + (gaveUp is null ? "" : $" Then it gave up: its RST (frame {gaveUp.Segment.Frame}) shows that it does not "
                + $"hold the connection any more.{Unacknowledged(facts, side)} Probably the path was interrupted, or "
                + $"the {side.Peer().Name()} was unreachable, for that time."));
    }

    private static string Unacknowledged(ConnectionFacts facts, Side side) =>
        facts.Connection.From(side).Unacknowledged - (facts.Fin(side) is { Ack: null } ? 1 : 0) is var bytes and > 0
            ? $" {Wording.Count(bytes, "byte")} of the {side.Name()} {(bytes == 1 ? "was" : "were")} never "
                + "acknowledged."
            : "";
}
