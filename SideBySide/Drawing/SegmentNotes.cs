using SideBySide.Timeline;
using SideBySide.Tracing;

namespace SideBySide.Drawing;

/// <summary>The notes at an arrow: what a FIN or a RST means.</summary>
public static class SegmentNotes
{
    /// <summary>The notes at the segment of a row, one per line.</summary>
    public static IEnumerable<string> Of(Ladder ladder, int row)
    {
        if (ladder.Rows[row].Segment is not { } segment || segment.Segment.IsRetransmission) yield break;
        SegmentEvent[] before = [.. ladder.Rows.Take(row).Select(r => r.Segment).OfType<SegmentEvent>()];
        bool second = before.Any(s => s.Side != segment.Side && s.Has("FIN") && !s.IsLost);
        if (LadderMarks.DepartureOfCrossing(ladder, row) is not null)
        {
            if (second) yield return "the two FINs have crossed";
        }
        else if (segment.Has("FIN"))
        {
            yield return second ? "“I have sent everything, too”" : "“I have sent everything”";
        }

        // With a relay, the lifelines are too close to each other for a long note.
        if (segment.Has("RST"))
        {
            yield return LadderMarks.IsRefusal(ladder, row)
                ? "refused: nothing listens on this port"
                : MeaningOfReset(ladder.Leg);
            if (ResetReason.Note(segment.ResetReason) is { } why)
                yield return ladder.Leg == Leg.Direct ? why : why.Split(" (")[0];
        }
    }

    /// <summary>What a RST says, in quotation marks.</summary>
    public static string MeaningOfReset(Leg leg) =>
        leg == Leg.Direct ? "“this connection no longer exists”" : "“it no longer exists”";

    /// <summary>The note for the time in which only one side may still send.</summary>
    /// <param name="sender">The name of that side.</param>
    public static string HalfClosed(string sender) => $"half-closed: the {sender} may still send";
}
