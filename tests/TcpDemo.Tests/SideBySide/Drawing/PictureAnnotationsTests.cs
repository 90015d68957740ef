using System.Globalization;
using System.Net.NetworkInformation;
using SideBySide.Drawing;
using SideBySide.Timeline;
using SideBySide.Tracing;
using TcpClose.Events;
using TcpClose.Kernel;

namespace TcpDemo.Tests.SideBySide.Drawing;

/// <summary>The annotations of a picture follow from the events of its run.</summary>
public sealed class PictureAnnotationsTests
{
    // Each string is one event: milliseconds, side, and a call, a state, or a segment with its numbers and its length.
    private static readonly string[] Opening =
    [
        "0 client Connecting", "0 client SYN-SENT", "0 client SYN 0 0 0", "0 server SYN,ACK 0 1 0",
        "0 client ESTABLISHED", "0 client ACK 1 1 0", "0 server ESTABLISHED", "3 server Accepted",
        "9 client Sent", "9 client PSH,ACK 1 1 13",
    ];

    private static readonly string[] HalfClose =
    [
        .. Opening, "10 server Received",
        "15 client FinQueued", "15 client FIN-WAIT-1", "15 client FIN,ACK 14 1 0", "15 server CLOSE-WAIT",
        "56 server ACK 1 15 0", "56 client FIN-WAIT-2",
        "210 server Sent", "210 server PSH,ACK 1 15 13", "210 client ACK 15 14 0", "211 client Received",
        "212 server FinRead", "410 server FinQueued", "410 server LAST-ACK", "410 server FIN,ACK 14 15 0",
        "410 client TIME-WAIT", "410 client ACK 15 15 0", "410 server CLOSED", "411 client FinRead",
        "413 server SocketClosed", "414 client SocketClosed",
    ];

    [Fact]
    public void ThreeSegmentsOpenAndFourCloseAndTheFourAreListedIfOthersAreBetweenThem() =>
        Assert.Equal(["opening: 3 segments ()", "closing: 4 segments (5, 6, 9, 10)"], Groups(HalfClose));

    [Fact]
    public void AFinWithTheAckMakesThreeSegmentsAndLostAndRepeatedOnesAreCounted()
    {
        Assert.Equal("closing: 3 segments ()",
            Groups([.. Opening, "10 client FIN,ACK 14 1 0", "11 server FIN,ACK 1 15 0", "11 client ACK 15 2 0"])[1]);
        Assert.Equal("closing: 5 segments (1 lost, 1 sent again)",
            Groups([.. Opening, "10 client FIN,ACK 14 1 0", "11 server FIN,ACK 1 15 0", "11 client ACK 15 2 0 lost",
                "220 server FIN,ACK 1 15 0 again", "220 client ACK 15 2 0"])[1]);
        Assert.Equal("opening: 4 segments (1 lost, 1 sent again)",
            Groups(["0 client SYN 0 0 0 lost", "1000 client SYN 0 0 0 again", "1000 server SYN,ACK 0 1 0",
                "1000 client ACK 1 1 0", "1001 client PSH,ACK 1 1 13"])[0]);
    }

    [Fact]
    public void AResetNeitherOpensNorCloses()
    {
        Assert.Empty(Groups(["0 client SYN 0 0 0", "0 server RST,ACK 0 1 0"]));
        Assert.Equal(["opening: 3 segments ()"],
            Groups([.. Opening, "10 client FIN,ACK 14 1 0", "11 server RST,ACK 1 15 0"]));
    }

    [Fact]
    public void APauseIsLabelledOnlyWithAKnownCause()
    {
        Assert.Equal(["41 ms: delayed ACK", "200 ms: the server thinks", "198 ms: the server thinks"],
            Pauses(HalfClose));
        Assert.Equal(["210 ms: no ACK, so the client sends again"],
            Pauses([.. Opening, "219 client PSH,ACK 1 1 13 again"]));
        Assert.Equal(["2000 ms: nothing is sent"],
            Pauses([.. Opening, "2009 server Aborted", "2009 server RST,ACK 1 14 0"]));
        // No cause is known for a call that waited for a segment, for data without a call, or for a late ACK.
        Assert.Equal(["120 ms", "1000 ms", "600 ms"],
            Pauses([.. Opening, "129 server Received", "1129 client PSH,ACK 14 1 13", "1729 server ACK 1 27 0"]));
        Assert.Empty(Pauses([.. Opening, "99 server Received", "120 server ACK 1 14 0"]));
    }

    [Fact]
    public void TheSideThatHasNotSentItsFinMayStillSend()
    {
        Assert.Equal(("15", "410", Side.Server), HalfClosed(HalfClose));
        Assert.Equal(("10", "30", Side.Client), HalfClosed([.. Opening, "10 server FIN,ACK 1 14 0",
            "11 client ACK 14 2 0", "20 client PSH,ACK 14 2 13", "30 client FIN,ACK 27 2 0"]));
        // The half-closed time begins when the first FIN and everything before it have arrived. If the sender's program
        // had closed its socket before that FIN was sent, there is no half-closed time.
        Assert.Equal(("14", "30", Side.Server), HalfClosed([.. Opening[..^1], "9 client PSH,ACK 1 1 13 lost",
            "10 client FIN,ACK 14 1 0", "10 server ACK 1 1 0", "14 client PSH,ACK 1 1 13 again",
            "15 server ACK 1 15 0", "30 server FIN,ACK 1 15 0"]));
        Assert.Null(HalfClosed([.. Opening, "10 client SocketClosed", "10 client FIN,ACK 14 1 0",
            "11 server ACK 1 15 0", "30 server FIN,ACK 1 15 0"]));
        Assert.Null(HalfClosed([.. Opening, "10 client FIN,ACK 14 1 0", "11 server FIN,ACK 1 15 0"]));
    }

    [Fact]
    public void EachSideHasARoleInTheClose()
    {
        Assert.Equal(("active close", "passive close"), Roles(HalfClose));
        Assert.Equal(("", ""), Roles(Opening));
        Assert.Equal(("is reset", "sends the RST"), Roles([.. Opening, "10 server RST,ACK 1 14 0"]));
        Assert.Equal(("is refused", "nothing listens"), Roles(["0 client SYN 0 0 0", "0 server RST,ACK 0 1 0"]));
    }

    [Fact]
    public void TheRowOfTheLastCloseAndTheSidesInTimeWaitAreFound()
    {
        Ladder whole = Draw(HalfClose);
        Assert.Equal(whole.Rows.Count - 1, LadderMarks.BothClosed(whole));
        Assert.Equal([Side.Client], LadderMarks.InTimeWait(whole));
        Assert.Equal(-1, LadderMarks.BothClosed(Draw(HalfClose[..^1])));
        Assert.Empty(LadderMarks.InTimeWait(Draw(HalfClose[..^7])));
    }

    private static List<string> Groups(string[] events) =>
        [.. SegmentGroup.Of(Draw(events)).Select(g => $"{g.Label} ({g.Detail})")];

    private static List<string> Pauses(string[] events) => [.. Pause.Of(Diagram.Of(Draw(events))).Select(p => p.Text)];

    private static (string From, string To, Side Sender)? HalfClosed(string[] events)
    {
        Ladder ladder = Draw(events);
        string At(int row) => RunClock.Milliseconds(ladder.Rows[row].At);
        return LadderMarks.HalfClosed(ladder) is { } half ? (At(half.From), At(half.To), half.Sender) : null;
    }

    private static (string Client, string Server) Roles(string[] events) =>
        (LadderMarks.Role(Draw(events), Side.Client), LadderMarks.Role(Draw(events), Side.Server));

    private static Ladder Draw(string[] events) =>
        Ladder.Of([.. events.Select(Read)], new Dictionary<Side, TcpState>());

    private static TimelineEvent Read(string line)
    {
        string[] words = line.Split(' ');
        long at = long.Parse(words[0], CultureInfo.InvariantCulture) * 1_000_000;
        Side side = words[1] == "client" ? Side.Client : Side.Server;
        if (Enum.TryParse(words[2], out ClosePhase phase)) return new CallEvent(at, side, phase, words[2]);
        if (StateNames.Parse(words[2]) is { } state) return new StateEvent(at, side, state);
        int[] numbers = [.. words[3..6].Select(w => int.Parse(w, CultureInfo.InvariantCulture))];
        return new SegmentEvent(at, side,
            new Segment(0, 1, 2, words[2].Replace(',', ' '), numbers[2], numbers[0], numbers[1], line.EndsWith("again",
                StringComparison.Ordinal)), line.EndsWith("lost", StringComparison.Ordinal));
    }
}
