using System.Net.NetworkInformation;
using SideBySide.Drawing;
using SideBySide.Timeline;
using SideBySide.Tracing;
using TcpClose.Events;

namespace TcpDemo.Tests.SideBySide.Drawing;

/// <summary>A folded picture leaves out only data segments and ACKs, and counts them.</summary>
public sealed class LadderFoldTests
{
    private const int Segments = 2000, Length = 10, Skipped = 70;

    private static readonly Ladder Folded = Diagram.Of(Ladder.Of(Long(), new Dictionary<Side, TcpState>())).Folded()
        .Ladders[0];

    [Fact]
    public void EverySegmentIsShownOrCountedOnce()
    {
        Assert.InRange(Folded.Rows.Count, 20, LadderFold.MaxRows);
        int shown = Folded.Rows.Count(r => r.Segment is not null);
        long counted = Folded.Rows.Sum(r => r.Skipped?.Count ?? 0);
        Assert.Equal(Segments + Skipped, shown + counted);
        Assert.Equal((Segments + Skipped) * Length, Folded.Rows.Sum(r =>
            (r.Skipped?.ClientBytes ?? 0) + (r.Segment?.Segment.Length ?? 0)));
    }

    [Fact]
    public void AStateAndAFinAreNeverFolded()
    {
        Assert.Equal(2, Folded.Rows.Count(r => r.Segment is { } s && s.Has("FIN")));
        Assert.Single(Folded.Rows, r => r.States.ContainsValue(TcpState.CloseWait));
    }

    [Fact]
    public void NoPauseIsNextToAFold()
    {
        Assert.Contains(Folded.Rows.Zip(Folded.Rows.Skip(1)), p => p.First.Skipped is not null
            && p.Second.At - p.First.At > 100_000_000);
        Assert.Empty(Pause.Of(Diagram.Of(Folded)));
    }

    [Fact]
    public void FoldedDataIsTakenToHaveArrivedSoTheHalfClosedTimeIsDrawn()
    {
        Ladder ladder = Ladder.Of(
        [
            Segment(0, Side.Client, "SYN", 0, 0), Segment(1, Side.Server, "SYN ACK", 0, 0),
            Segment(2, Side.Client, "ACK", 1, 10),
            new SkippedEvent(3_000_000, Side.Client, new FoldedSegments(9, 90, 0)),
            Segment(3, Side.Client, "FIN ACK", 101, 0), Segment(4, Side.Server, "ACK", 1, 10),
            Segment(5, Side.Server, "ACK", 11, 10), Segment(6, Side.Server, "FIN ACK", 21, 0),
        ], new Dictionary<Side, TcpState>());
        Assert.Equal((4, 7, Side.Server), LadderMarks.HalfClosed(ladder));
    }

    // Data of the client. Every 20th segment is marked as sent again. The first FIN is in the middle.
    private static IReadOnlyList<TimelineEvent> Long()
    {
        var events = new List<TimelineEvent>();
        for (int i = 0; i < Segments - 1; i++)
        {
            var skipped = new FoldedSegments(Skipped, Skipped * Length, 0);
            if (i == Segments / 3) events.Add(new SkippedEvent(i * 2_000_000L, Side.Client, skipped));
            string flags = i == Segments / 2 ? "FIN ACK" : "PSH ACK";
            events.Add(Segment(i * 2, Side.Client, flags, 1 + (i * Length), Length, isAgain: i % 20 == 0));
            if (i == Segments / 2) events.Add(new StateEvent(i * 2_000_000L, Side.Server, TcpState.CloseWait));
        }

        return [.. events, Segment(Segments * 2, Side.Client, "FIN ACK", 1 + (Segments * Length), Length)];
    }

    private static SegmentEvent Segment(
        int milliseconds, Side side, string flags, int sequence, int length, bool isAgain = false) =>
        new(milliseconds * 1_000_000L, side, new Segment(0, 1, 2, flags, length, sequence, 1, isAgain), IsLost: false);
}
