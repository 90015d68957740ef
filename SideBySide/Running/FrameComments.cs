using SideBySide.Drawing;
using SideBySide.Timeline;
using SideBySide.Tracing;
using TcpClose.Events;
using TcpClose.Kernel;

namespace SideBySide.Running;

/// <summary>The comments on the frames of a capture: what caused each segment, and what it caused.</summary>
internal static class FrameComments
{
    /// <summary>Each comment with the place of its segment in the connection, from 0.</summary>
    public static IEnumerable<(int Place, string Text)> Of(Ladder ladder)
    {
        int place = 0;
        foreach (LadderRow row in ladder.Rows.Where(r => r.Segment is not null))
        {
            Side sender = row.Segment!.Side;
            LadderRow sent = row.SentAt is { } at ? ladder.Rows[at] : row;
            IEnumerable<string> sides = ((Side[])[sender, sender.Peer()])
                .Select(side => (Name: ladder.NameOf(side),
                    What: string.Join(", ", What(side == sender ? sent : row, row, side))))
                .Where(s => s.What != "").Select(s => $"{s.Name}: {s.What}");
            string text = string.Join("; ", sides.Concat(Segment(row.Segment, ladder.NameOf(sender.Peer()))));
            if (text != "") yield return (place, text);
            place++;
        }
    }

    private static IEnumerable<string> Segment(SegmentEvent segment, string receiver)
    {
        if (segment.IsLost) yield return "lost on its way";
        if (segment.IsTracedRetransmission) yield return "retransmitted by the kernel";
        if (ResetReason.Note(segment.ResetReason) is { } why) yield return why;
        if (segment.IsReceived) yield return $"received by the {receiver}'s socket";
    }

    // The call may be in a row above that of the segment.
    private static IEnumerable<string> What(LadderRow called, LadderRow row, Side side)
    {
        if (called.Calls.TryGetValue(side, out CallEvent? call))
            yield return call.Phase == ClosePhase.FinQueued ? "Shutdown(Send) → FIN queued" : call.Call;
        if (row.States.TryGetValue(side, out var state)) yield return StateNames.Name(state)!;
    }
}
