using System.Net.NetworkInformation;
using SideBySide.Captures;
using SideBySide.Drawing;
using SideBySide.Explaining.Resets;
using SideBySide.Timeline;
using SideBySide.Tracing;
using TcpClose.Events;

namespace SideBySide.Explaining;

/// <summary>Lays out a captured connection as a ladder, with its segments and the states that they imply.</summary>
internal static class InferredLadder
{
    private const decimal NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Returns the ladder.</summary>
    public static Ladder Of(ConnectionFacts facts)
    {
        var timeline = new List<TimelineEvent>();
        foreach (CapturedSegment segment in facts.Segments)
        {
            if (segment.Skipped is { } skipped)
                timeline.Add(new SkippedEvent(segment.At, segment.Side,
                    new FoldedSegments(skipped.Count, skipped.ClientBytes, skipped.ServerBytes)));
            timeline.AddRange(StatesOf(facts, segment, bySending: true));
            timeline.Add(ToEvent(facts.Connection, segment));
            timeline.AddRange(StatesOf(facts, segment, bySending: false));
        }

        var beginning = new Dictionary<Side, TcpState>();
        if (facts.IsOpened || facts.Syn is not null) beginning[Side.Client] = TcpState.Closed;
        if (ServerBefore(facts) is { } server) beginning[Side.Server] = server;
        return Ladder.Of(timeline, beginning, isInferred: true);
    }

    // A SYN ACK proves that the server listened. If the server sent a SYN first, or refused the connection with a RST,
    // it did not listen.
    private static TcpState? ServerBefore(ConnectionFacts facts) => facts.SynAck switch
    {
        { } syn => syn.Has(TcpFlags.Ack) ? TcpState.Listen : TcpState.Closed,
        null => facts.Resets.Any(r => r is { Kind: ResetKind.Refused, Suspicion: null, NextHop: null })
            ? TcpState.Closed : null,
    };

    private static IEnumerable<StateEvent> StatesOf(ConnectionFacts facts, CapturedSegment cause, bool bySending) =>
        facts.States.Where(s => s.Cause == cause && s.IsBySending == bySending).Select(s =>
            new StateEvent(cause.At, s.Side, s.State)
            {
                Source = s.Proof is null ? StateSource.Assumed : StateSource.Inferred,
                IsBySending = bySending,
            });

    private static SegmentEvent ToEvent(CapturedConnection connection, CapturedSegment s)
    {
        string flags = Segment.FlagNames((int)s.Flags);
        bool again = s.Kind is SegmentKind.Repeated or SegmentKind.SentAgain;
        return new SegmentEvent(s.At, s.Side, new Segment(s.At / NanosecondsPerSecond, connection.End(s.Side).Port,
            connection.End(s.Side.Peer()).Port, flags, s.Length, s.Sequence, s.Acknowledgement, again)
        {
            Frame = s.Frame,
            RawSequence = s.RawSequence,
            RawAcknowledgement = s.RawAcknowledgement,
        }, IsLost: false);
    }
}
