namespace TcpDemo.Tests.SideBySide.Summary;

/// <summary>The summary of a reset connection states which side sent the RST, why, and what was lost.</summary>
public sealed class ResetSummaryTests
{
    private const string Connecting = "0 client call Connecting CLOSED",
        NoTimeWait = "After a RST neither side is in TIME-WAIT: both kernels have discarded the connection.";

    [Fact]
    public void ARefusedConnectionIsTheKernelsAnswer()
    {
        string[] lines =
        [
            Connecting, "0.1 client wire SYN 0 0 0", "0.2 server wire RST,ACK 1 1 0",
            "1 client call ResetReceived CLOSED How=Connect_failed",
        ];
        foreach (IEnumerable<string> run in (IEnumerable<string>[])[lines, HandMadeRun.WithoutCapture(lines)])
            Assert.Equal(
                ["Nothing listens on port 8888, so a RST answered the client's SYN, and Connect failed.",
                    "No program sent that RST: the kernel itself answers for a port without a listener.",
                    "There was never a connection, so there is nothing to close, and no TIME-WAIT."],
                HandMadeRun.Summary("refused", run));
    }

    [Fact]
    public void ASilentConnectionEndsWhenOneSideGivesUp()
    {
        string[] lines =
        [
            Connecting, "10 server call Accepted ESTABLISHED",
            "2160 server call Aborted CLOSED Cause=client_silent_for_2s", "2160.1 server wire RST,ACK 1 1 0",
            "2161 client call ResetReceived CLOSED How=Receive_failed",
        ];
        foreach (IEnumerable<string> run in (IEnumerable<string>[])[lines, HandMadeRun.WithoutCapture(lines)])
            Assert.Equal(
                ["Neither side sent a byte for 2.15 s. TCP itself never ends a silent connection.",
                    "The server gave up and sent a RST instead of a FIN: client silent for 2s.", NoTimeWait],
                HandMadeRun.Summary("idle", run));
    }

    [Theory]
    [InlineData("client", "server", "as_requested", ", as the scenario requires")]
    [InlineData("server", "client", "requested_by_the_client", ", as the scenario requires")]
    [InlineData("client", "server", "interrupted", " (interrupted)")]
    public void AnAbortIsNotAClose(string side, string peer, string cause, string because)
    {
        string[] lines =
        [
            Connecting, "5 client call Sent ESTABLISHED Bytes=24 Count=24", "5.1 client wire PSH,ACK 1 1 24",
            $"10 {side} call Aborted CLOSED Cause={cause}", $"10.1 {side} wire RST,ACK 25 1 0",
            $"11 {peer} call ResetReceived CLOSED How=Receive_failed",
        ];
        foreach (IEnumerable<string> run in (IEnumerable<string>[])[lines, HandMadeRun.WithoutCapture(lines)])
            Assert.Equal(
                [$"The {side} aborted{because}: with linger 0, Close sends a RST instead of a FIN.",
                    $"The {peer}'s Receive failed once with a reset. The next one would return 0, as after a FIN.",
                    NoTimeWait],
                HandMadeRun.Summary(side + "-abort", run));
    }

    [Fact]
    public void AnAbortAfterAFinIsNotReportedAsReplacingIt() =>
        Assert.Equal("The client aborted (server silent for 10s): with linger 0, Close sends a RST.",
            HandMadeRun.Summary("late-data",
                [Connecting, "5 client call Sent ESTABLISHED Bytes=24", "6 client call FinQueued FIN-WAIT-1 Bytes=24",
                    "10006 client call Aborted CLOSED Cause=server_silent_for_10s"])[0]);

    [Fact]
    public void ATimeOutOfTheKernelIsNotAnAbort() =>
        Assert.Empty(HandMadeRun.Summary("half-close", [Connecting, "10 client call Connected ESTABLISHED"]));

    [Fact]
    public void DataForAClosedSocketIsAnsweredWithARst()
    {
        string[] lines =
        [
            Connecting, "5 client call SocketClosed FIN-WAIT-1", "5.1 client wire FIN,ACK 40 1 0",
            "45 server wire ACK 1 41 0", "1005 server call Sent CLOSED Bytes=13", "1005.1 server wire PSH,ACK 1 41 13",
            "1005.2 client wire RST 41 0 0", "1010 server call ResetReceived CLOSED How=before_Shutdown",
            "1020 client call Note CLOSED Sentence=kernel:_has_released_the_connection",
        ];
        foreach (IEnumerable<string> run in (IEnumerable<string>[])[lines, HandMadeRun.WithoutCapture(lines)])
            Assert.Equal(
                ["The client called Close, which ends both directions. Its FIN looks like any other.",
                    "The server still sent 13 bytes. No program could read them, so the client's kernel sent a RST.",
                    "The bytes are lost; there is no TIME-WAIT. With Shutdown(Send) the client could have read them."],
                HandMadeRun.Summary("full-close", run));
    }

    [Theory]
    [InlineData(13, "all 13 bytes of the reply, but only because they arrived before the RST")]
    [InlineData(5, "only 5 of the 13 bytes of the reply: the rest is lost")]
    public void UnreadBytesTurnAFinIntoARst(int received, string share)
    {
        string[] lines =
        [
            Connecting, "4 client call Sent ESTABLISHED Bytes=40 Count=40", "5 client wire PSH,ACK 1 1 40",
            "6 server call Received ESTABLISHED Bytes=40 Count=40", "100 client wire PSH,ACK 41 1 20",
            "999 server call Sent ESTABLISHED Bytes=13 Count=13", "1000 server wire PSH,ACK 1 61 13",
            "1001 server call SocketClosed CLOSED", "1001.1 server wire RST,ACK 14 61 0",
            $"1002 client call ResetReceived CLOSED How=Receive_failed Bytes={received}",
            "1003 client call Result - ExitCode=0 BytesSent=60",
        ];
        foreach (IEnumerable<string> run in (IEnumerable<string>[])[lines, HandMadeRun.WithoutCapture(lines)])
            Assert.Equal(
                ["The server called Close with 20 bytes unread, so its kernel sent a RST instead of a FIN.",
                    $"The client received {share}.", NoTimeWait],
                HandMadeRun.Summary("unread-data", run));
    }
}
