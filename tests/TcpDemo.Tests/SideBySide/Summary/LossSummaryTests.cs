namespace TcpDemo.Tests.SideBySide.Summary;

/// <summary>The summary of a run with a dropped segment states what was lost and what was sent again.</summary>
public sealed class LossSummaryTests
{
    private static readonly string[] Handshake =
    [
        "0 client call Connecting CLOSED", "0.1 client wire SYN 0 0 0", "0.2 server wire SYN,ACK 0 1 0",
        "0.3 client wire ACK 1 1 0",
    ];

    [Fact]
    public void ALostLastAckIsWhatTimeWaitIsFor()
    {
        string[] lines =
        [
            .. Handshake, "10 client wire FIN,ACK 1 1 0", "50 server wire ACK 1 2 0",
            "400 server call FinQueued LAST-ACK", "400.1 server wire FIN,ACK 1 2 0", "400.2 client wire ACK 2 2 0 lost",
            "403 client call SocketClosed TIME-WAIT", "604.1 server wire FIN,ACK 1 2 0 again",
            "604.2 client wire ACK 2 2 0 lost", "1016.1 server wire FIN,ACK 1 2 0 again",
            "1016.2 client wire ACK 2 2 0",
        ];
        Assert.Equal(
            ["The client's last ACK was lost twice, on purpose. ACKs get no ACK: only a repeated FIN reveals it.",
                "The server, in LAST-ACK, sent its FIN again after waits of 204 ms and 412 ms.",
                "TIME-WAIT did its job: the client's kernel answered, although its program had closed the socket."],
            HandMadeRun.Summary("half-close", lines));

        // Without an ACK, the summary does not claim that the FIN was answered.
        Assert.Equal(2, HandMadeRun.Summary("half-close", lines.SkipLast(1)).Count);
    }

    [Fact]
    public void ALostFinIsSentAgain() =>
        Assert.Equal(
            ["The server's FIN was lost once, on purpose, so it was not acknowledged.",
                "The server's kernel sent it again after 204 ms.",
                "A FIN occupies a sequence number, so the kernel, not the program, repeats it until an ACK arrives."],
            HandMadeRun.Summary("half-close",
                [.. Handshake, "10 client wire FIN,ACK 1 1 0", "400 server wire FIN,ACK 1 2 0 lost",
                    "604 server wire FIN,ACK 1 2 0 again", "604.1 client wire ACK 2 2 0"]));

    [Fact]
    public void ALostSynDelaysConnect()
    {
        const string Why =
            "A SYN occupies a number: the kernel repeats it until an ACK arrives, and Connect takes longer.";
        Assert.Equal(
            ["The client's SYN was lost once, on purpose, so no SYN ACK was sent.",
                "The client's kernel sent it again after 1.02 s.", Why],
            HandMadeRun.Summary("half-close", ["0 client wire SYN 0 0 0 lost", "1020 client wire SYN 0 0 0 again",
                "1020.1 server wire SYN,ACK 0 1 0"]));
        Assert.Equal(
            ["The server's SYN ACK was lost once, on purpose, so the client's SYN had no answer.",
                "After 1.02 s the client sent its SYN again, and the server its SYN ACK.", Why],
            HandMadeRun.Summary("half-close", ["0 client wire SYN 0 0 0", "0.1 server wire SYN,ACK 0 1 0 lost",
                "1020.1 client wire SYN 0 0 0 again", "1020.2 server wire SYN,ACK 0 1 0 again"]));
    }

    [Fact]
    public void ALostAckOfTheHandshakeIsReplacedByTheNextSegment()
    {
        string[] lost = [.. Handshake.SkipLast(1), "0.3 client wire ACK 1 1 0 lost"];
        Assert.Equal("The client's data acknowledged the SYN ACK too. Nothing had to be sent again.",
            HandMadeRun.Summary("half-close", [.. lost, "5 client wire PSH,ACK 1 1 13"])[1]);
        Assert.Equal(
            ["After 1.02 s the server's kernel sent its SYN ACK again.",
                "Until then no other segment of the client carried that ACK, so the server kept waiting."],
            HandMadeRun.Summary("idle",
                [.. lost, "1020.3 server wire SYN,ACK 0 1 0 again", "1020.4 client wire ACK 1 1 0"]).Skip(1));
        Assert.Equal(2, HandMadeRun.Summary("half-close", lost).Count);
    }

    [Fact]
    public void AFinWaitsForTheBytesBeforeIt() =>
        Assert.Equal(
            ["The client's data (13 bytes) was lost once, on purpose.",
                "The client's kernel sent it again after 2 ms.",
                "The client's FIN overtook it, and took effect only when the server's kernel had every byte."],
            HandMadeRun.Summary("half-close",
                [.. Handshake, "10 client wire PSH,ACK 1 1 13 lost", "11 client wire FIN,ACK 14 1 0",
                    "11.1 server wire ACK 1 1 0", "12 client wire PSH,ACK 1 1 13 again",
                    "12.1 server wire ACK 1 15 0"]));

    [Fact]
    public void AfterARstLostDataIsNotSentAgain() =>
        Assert.Equal(
            ["The server's data (13 bytes) was lost once, on purpose.",
                "The server's kernel did not send it again, because it ended the connection with a RST.",
                "The client's program never received it."],
            HandMadeRun.Summary("unread-data",
                [.. Handshake, "10 server wire PSH,ACK 1 54 13 lost", "11 server wire RST,ACK 14 54 0",
                    "12 client call ResetReceived CLOSED How=Receive_failed Bytes=0"]));
}
