using SideBySide.Timeline;
using TcpClose.Events;

namespace SideBySide.Drawing;

/// <summary>A time in which nothing was observed.</summary>
/// <param name="Row">The index of the row that ends it.</param>
/// <param name="Nanoseconds">Its length, from the event at which its cause began, or else from the row above.</param>
/// <param name="Cause">Its cause as text; empty if it is unknown.</param>
public sealed record Pause(int Row, long Nanoseconds, string Cause)
{
    // Shorter pauses are not drawn: a program that has just started may be slow. The minimum is lower if the kernel
    // ends the pause, because a delayed ACK takes 40 ms.
    private static readonly TimeSpan MinLength = TimeSpan.FromMilliseconds(100),
        MinKernelLength = TimeSpan.FromMilliseconds(30);

    /// <summary>The maximum delay of an ACK (RFC 9293 3.8.6.3).</summary>
    private static readonly TimeSpan MaxAckDelay = TimeSpan.FromMilliseconds(500);

    /// <summary>The pause in words: <c>177 ms: the server thinks</c>.</summary>
    public string Text => RunClock.Milliseconds(Nanoseconds) + " ms" + (Cause == "" ? "" : $": {Cause}");

    /// <summary>The pauses of a picture, from top to bottom.</summary>
    public static IReadOnlyList<Pause> Of(Diagram diagram)
    {
        var pauses = new List<Pause>();
        for (int i = 1; i < diagram.Rows.Count; i++)
        {
            LadderRow row = diagram.Rows[i].Row, previous = diagram.Rows[i - 1].Row;
            if (row.Skipped is not null || previous.Skipped is not null) continue;      // a fold has no single time
            long above = previous.At, length = row.At - above;
            bool kernel = row is { Segment: { } segment } && !row.Calls.ContainsKey(segment.Side);
            if (length < (kernel ? MinKernelLength : MinLength).TotalNanoseconds) continue;
            (string cause, long? since) = CauseOf(diagram.Rows[i], length);
            pauses.Add(new Pause(i, row.At - (since ?? above), cause));
        }

        return pauses;
    }

    private static (string Cause, long? Since) CauseOf(DiagramRow at, long length)
    {
        LadderRow row = at.Row;
        LadderRow[] above = [.. at.Ladder.Rows.Take(at.Index)];
        if (row.Segment is not { } segment)
        {
            return row.Calls.Values.FirstOrDefault(c => c.CausesSegments) is { } call
                ? OfCall(call, above)
                : ("", null);
        }

        if (segment.Segment.IsRetransmission)
        {
            return ($"no ACK, so the {at.Sender!.Value.Name} sends again", LastTime(above, s => s.Side == segment.Side
                && s.Segment.Sequence == segment.Segment.Sequence && s.End == segment.End));
        }

        if (row.SentAt is { } departure) return ("the FIN is queued", above[departure].At);
        if (row.Calls.TryGetValue(segment.Side, out CallEvent? cause)) return OfCall(cause, above);
        if (segment.Segment is not { Flags: "ACK", Length: 0 })
            return (at.Sender!.Value.IsRelay ? "the relay waits" : "", null);
        return length <= MaxAckDelay.TotalNanoseconds
            && length - RoundTrip(above) >= MinKernelLength.TotalNanoseconds
            ? ("delayed ACK", LastTime(above, s => s.Side != segment.Side && s.End == segment.Segment.Acknowledgement))
            : ("", null);
    }

    // An estimate of the round trip: the longer of the times from SYN to SYN ACK and from SYN ACK to the client's next
    // segment. The first contains the round trip at the client, and the second contains it at the server.
    private static long RoundTrip(LadderRow[] rows)
    {
        LadderRow? synAck = rows.FirstOrDefault(r => r.Segment is { Side: Side.Server } s && s.Has("SYN"));
        if (synAck is null) return 0;
        LadderRow? syn = rows.LastOrDefault(r => r.At <= synAck.At && r.Segment is { Side: Side.Client } s
            && s.Has("SYN"));
        LadderRow? ack = rows.FirstOrDefault(r => r.At >= synAck.At && r.Segment is { Side: Side.Client } s
            && !s.Has("SYN"));
        return Math.Max(synAck.At - (syn?.At ?? synAck.At), (ack?.At ?? synAck.At) - synAck.At);
    }

    private static long? LastTime(LadderRow[] rows, Func<SegmentEvent, bool> wanted) =>
        rows.LastOrDefault(r => r.Segment is { } s && wanted(s))?.At;

    // Before an abort, the cause is not "thinks": the program may have waited for a segment that never arrived.
    private static (string Cause, long? Since) OfCall(CallEvent call, LadderRow[] above) => call.Phase switch
    {
        ClosePhase.Sent or ClosePhase.FinQueued or ClosePhase.SocketClosed => ($"the {call.Side.Name()} thinks",
            above.Select(r => r.Calls.GetValueOrDefault(call.Side)).LastOrDefault(c => c is not null)?.At),
        ClosePhase.Aborted => ("nothing is sent", null),
        _ => ("", null),
    };
}
