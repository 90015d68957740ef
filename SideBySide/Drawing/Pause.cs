using SideBySide.Timeline;
using TcpClose.Events;

namespace SideBySide.Drawing;

/// <summary>A time in which nothing was observed.</summary>
/// <param name="Row">The index of the row that ends it.</param>
/// <param name="Nanoseconds">Its length.</param>
/// <param name="Cause">What is known of its cause; empty if nothing is.</param>
public sealed record Pause(int Row, long Nanoseconds, string Cause)
{
    // A program that has just started may take some time for its next call. A delayed ACK takes 40 ms.
    private static readonly TimeSpan MinLength = TimeSpan.FromMilliseconds(100),
        MinKernelLength = TimeSpan.FromMilliseconds(30);

    /// <summary>The maximum delay of an ACK (RFC 9293 3.8.6.3).</summary>
    private static readonly TimeSpan MaxAckDelay = TimeSpan.FromMilliseconds(500);

    /// <summary>The pause in words: <c>177 ms: the server thinks</c>.</summary>
    public string Text => RunClock.Milliseconds(Nanoseconds) + " ms" + (Cause == "" ? "" : $": {Cause}");

    /// <summary>The pauses of a ladder, from top to bottom.</summary>
    public static IReadOnlyList<Pause> Of(Ladder ladder)
    {
        var pauses = new List<Pause>();
        for (int i = 1; i < ladder.Rows.Count; i++)
        {
            long length = ladder.Rows[i].At - ladder.Rows[i - 1].At;
            bool kernel = ladder.Rows[i] is { Segment: { } segment } row && !row.Calls.ContainsKey(segment.Side);
            if (length >= (kernel ? MinKernelLength : MinLength).TotalNanoseconds)
                pauses.Add(new Pause(i, length, CauseOf(ladder.Rows[i], length)));
        }

        return pauses;
    }

    private static string CauseOf(LadderRow row, long length)
    {
        if (row.Segment is { } segment)
        {
            if (segment.Segment.IsRetransmission) return $"no ACK, so the {segment.Side.Name()} sends again";
            if (row.SentAt is not null) return "the FIN is queued";
            if (row.Calls.TryGetValue(segment.Side, out CallEvent? cause)) return OfCall(cause);
            return segment.Segment is { Flags: "ACK", Length: 0 } && length <= MaxAckDelay.TotalNanoseconds
                ? "delayed ACK"
                : "";
        }

        return row.Calls.Values.FirstOrDefault(c => c.CausesSegments) is { } call ? OfCall(call) : "";
    }

    // A program that sends or closes was not waiting for a segment. One that aborts may have waited in vain.
    private static string OfCall(CallEvent call) => call.Phase switch
    {
        ClosePhase.Sent or ClosePhase.FinQueued or ClosePhase.SocketClosed => $"the {call.Side.Name()} thinks",
        ClosePhase.Aborted => "nothing is sent",
        _ => "",
    };
}
