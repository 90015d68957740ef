namespace TcpDemo.Tests.SideBySide.Summary;

/// <summary>
/// The summary of a close with two FINs states which side ended first, what arrived later, and which side is in
/// TIME-WAIT.
/// </summary>
public sealed class CloseSummaryTests
{
    private static readonly string[] HalfClose =
    [
        "0 client call Connecting CLOSED", "0.1 client wire SYN 0 0 0", "0.2 server wire SYN,ACK 0 1 0",
        "0.3 client wire ACK 1 1 0", "5 client call Connected ESTABLISHED", "6 server call Accepted ESTABLISHED",
        "10 client call Sent ESTABLISHED Bytes=13 Count=13", "10.1 client wire PSH,ACK 1 1 13",
        "10.2 server wire ACK 1 14 0", "16 client call FinQueued FIN-WAIT-1 Bytes=13",
        "16.1 client wire FIN,ACK 14 1 0", "20 server call Received CLOSE-WAIT Bytes=13 Count=13",
        "57 server wire ACK 1 15 0", "220 server call Sent CLOSE-WAIT Bytes=13 Count=13",
        "220.1 server wire PSH,ACK 1 15 13", "220.2 client wire ACK 15 14 0",
        "221 server call FinRead CLOSE-WAIT Bytes=13", "222 client call Received FIN-WAIT-2 Bytes=13 Count=13",
        "400 server call FinQueued CLOSED Bytes=13", "400.1 server wire FIN,ACK 14 15 0",
        "400.2 client wire ACK 15 15 0", "401 client call FinRead TIME-WAIT Bytes=13",
        "402 server call SocketClosed CLOSED", "403 client call SocketClosed TIME-WAIT",
        "404 client call TimeWait TIME-WAIT LeftSeconds=60",
        "405 client call Result - ExitCode=0 BytesAfterFin=13",
    ];

    private const string
        ClientFirst = "The client ended first: its FIN said \"I have sent everything\", but it could still receive.",
        HalfClosed = "Half-closed for 384 ms: the client could send no more, but still received 13 bytes.",
        TimeWait = "The client's port 50000 is in TIME-WAIT for 60 s, in case its last ACK was lost.";

    [Fact]
    public void AHalfCloseIsMeasuredFromTheSegmentsOrFromTheCalls()
    {
        Assert.Equal([ClientFirst, HalfClosed, TimeWait], HandMadeRun.Summary("half-close", HalfClose));
        Assert.Equal([ClientFirst, HalfClosed, TimeWait],
            HandMadeRun.Summary("half-close", HandMadeRun.WithoutCapture(HalfClose)));
    }

    [Fact]
    public void WithoutTimeWaitInTheKernelsTableItIsNotMentioned() =>
        Assert.Equal([ClientFirst, HalfClosed],
            HandMadeRun.Summary("half-close", HalfClose.Select(l => l.Replace("TIME-WAIT", "CLOSED"))));

    [Fact]
    public void WithoutTheSecondFinOnlyTheFirstIsReported() =>
        Assert.Equal([ClientFirst],
            HandMadeRun.Summary("half-close",
                HalfClose.TakeWhile(l => !l.StartsWith("400 ", StringComparison.Ordinal))));

    [Fact]
    public void WithoutAConnectionThereIsNoSummary() =>
        Assert.Empty(HandMadeRun.Summary("half-close", HalfClose.Take(1)));

    [Fact]
    public void AFinThatIsAlsoAnAckMakesThreeSegments()
    {
        string[] lines = [.. HalfClose.Where(l => !l.Contains("server wire ACK 1 15", StringComparison.Ordinal)
            && !l.Contains("220", StringComparison.Ordinal))
            .Select(l => l.Replace("server wire FIN,ACK 14 15 0", "server wire FIN,ACK 1 15 0"))];
        Assert.Equal(
            [ClientFirst, "The server had nothing to send, so one segment carried its FIN and its ACK: three, "
                + "not four.", TimeWait],
            HandMadeRun.Summary("three-segments", lines));

        // With a separate ACK, the close has four segments.
        Assert.Equal("Half-closed for 384 ms: the server closed after its kernel's delayed ACK, hence four segments.",
            HandMadeRun.Summary("three-segments",
                [.. lines.Take(11), "57 server wire ACK 1 15 0", .. lines.Skip(11)])[1]);
    }

    [Fact]
    public void IfTheServerEndsFirstTimeWaitIsOnItsPort()
    {
        string[] lines =
        [
            "0 client call Connecting CLOSED", "5 client call Sent ESTABLISHED Bytes=32 Count=32",
            "10 server call FinQueued FIN-WAIT-1 Bytes=0",
            "10.1 server wire FIN,ACK 1 33 0", "12 client call FinRead CLOSE-WAIT Bytes=0",
            "50 client wire ACK 33 2 0", "1009 client call Sent CLOSE-WAIT Bytes=45 Count=13 Calls=2",
            "1010 client wire PSH,ACK 33 2 13", "1010.1 server wire ACK 2 46 0",
            "1030 client call FinQueued CLOSED Bytes=45", "1030.1 client wire FIN,ACK 46 2 0",
            "1030.2 server wire ACK 2 47 0", "1031 server call FinRead TIME-WAIT Bytes=45",
        ];
        string[] expected =
        [
            "The server ended first: its FIN said \"I have sent everything\", but it could still receive.",
            "Half-closed for 1.02 s: the server could send no more, but still received 13 bytes.",
            "The server's port 8888 is in TIME-WAIT (60 s on Linux): a restarted server needs SO_REUSEADDR.",
        ];
        Assert.Equal(expected, HandMadeRun.Summary("server-first", lines));
        Assert.Equal(expected, HandMadeRun.Summary("server-first", HandMadeRun.WithoutCapture(lines)));

        // The events do not show which of three calls to Send came after the FIN.
        expected[1] = "Half-closed for 1.02 s: the server could send no more, but could still receive.";
        Assert.Equal(expected, HandMadeRun.Summary("server-first",
            HandMadeRun.WithoutCapture(lines).Select(l => l.Replace("Calls=2", "Calls=3"))));
    }

    [Fact]
    public void FinsThatCrossLeaveTimeWaitOnBothSides()
    {
        string[] lines =
        [
            "0 client call Connecting CLOSED", "10 client call FinQueued FIN-WAIT-1",
            "11 server call FinQueued FIN-WAIT-1",
            "20 client wire FIN,ACK 33 1 0", "20.1 server wire FIN,ACK 1 33 0", "20.2 server wire ACK 2 34 0",
            "20.3 client wire ACK 34 2 0", "21 client call FinRead TIME-WAIT", "22 server call FinRead TIME-WAIT",
        ];
        const string Both =
            "Neither side was first, so both ports are in TIME-WAIT: the client's 50000, the server's 8888.";
        Assert.Equal(
            ["SideBySide held both FINs back on purpose, until each side had sent its own: they crossed.",
                "Neither FIN could acknowledge the other, so each was acknowledged by an ACK of its own.", Both],
            HandMadeRun.Summary("simultaneous", lines, heldFins: true));
        Assert.Equal(["Each side sent its FIN before the other's arrived: the FINs crossed.", Both],
            HandMadeRun.Summary("simultaneous", HandMadeRun.WithoutCapture(lines)));
        Assert.Equal(
            ["Each side sent its FIN before the other's arrived: the FINs crossed.",
                "Each side received a FIN when it expected an ACK, and was in CLOSING until that ACK arrived.", Both],
            HandMadeRun.Summary("simultaneous", [.. lines, .. Traced("client"), .. Traced("server")]));

        static IEnumerable<string> Traced(string side) =>
            [$"10 {side} trace FIN-WAIT-1", $"20.1 {side} trace CLOSING", $"20.3 {side} trace CLOSED"];
    }

    [Fact]
    public void HeldFinsThatDidNotCrossAreNotReportedAsCrossed() =>
        Assert.Equal("The client's FIN arrived before the server sent its own, so the FINs did not cross.",
            HandMadeRun.Summary("simultaneous", HalfClose, heldFins: true)[0]);

    [Fact]
    public void FramesAreCountedInMessagesSegmentsAndPieces()
    {
        string[] notes = [.. Enumerable.Range(1, 4)
            .Select(n => $"300 client call Note - Sentence=message_{n}:_13_bytes_in_1_read")];
        Assert.Equal(
            ["The client sent 4 messages. TCP carried them as one stream of 13 bytes, in 1 segment.",
                "Receive returned the echo in 1 piece. Only the header of each message marks its end.",
                "The client ended first: its port 50000 is in TIME-WAIT for 60 s, in case its last ACK was lost."],
            HandMadeRun.Summary("frames", [.. HalfClose, .. notes]));

        // The summary of a failed run does not describe what should have happened.
        Assert.Equal([ClientFirst, HalfClosed, TimeWait],
            HandMadeRun.Summary("frames", [.. HalfClose.Select(l => l.Replace("ExitCode=0", "ExitCode=2")), .. notes]));
    }
}
