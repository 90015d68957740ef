using System.Net.NetworkInformation;
using SideBySide.Drawing;
using SideBySide.Page;
using TcpDemo.Tests.SideBySide.Summary;

namespace TcpDemo.Tests.SideBySide.Page;

/// <summary>Each step of a page has the states of both ends, and explains its segment or its call.</summary>
public sealed class StepsTests
{
    internal static readonly string[] Opening =
    [
        "0 client call Connecting -", "0 client trace SYN-SENT", "0.1 client wire SYN 0 0 0",
        "0.2 server wire SYN,ACK 0 1 0", "0.2 client trace ESTABLISHED", "0.3 client call Connected -",
        "0.3 client wire ACK 1 1 0", "0.4 server trace SYN-RECEIVED", "0.5 server trace ESTABLISHED",
        "3 server call Accepted -",
    ];

    internal static readonly string[] HalfClose =
    [
        .. Opening,
        "10 client call Sent - Count=13 Bytes=13 Payload=\"hello\"", "10.1 client wire PSH,ACK 1 1 13",
        "10.2 server wire ACK 1 14 0",
        "15 client call FinQueued -", "15 client trace FIN-WAIT-1", "15.1 client wire FIN,ACK 14 1 0",
        "15.1 server trace CLOSE-WAIT", "56 server wire ACK 1 15 0", "56.1 client trace FIN-WAIT-2",
        "210 server call Sent - Count=13 Bytes=13", "210 server wire PSH,ACK 1 15 13", "210.1 client wire ACK 15 14 0",
        "410 server call FinQueued -", "410 server trace LAST-ACK", "410.1 server wire FIN,ACK 14 15 0",
        "410.2 client trace TIME-WAIT", "410.3 client wire ACK 15 15 0", "410.4 server trace CLOSED",
        "413 server call SocketClosed -", "414 client call SocketClosed -",
    ];

    private static readonly string[] FullClose =
    [
        .. Opening,
        "15 client call SocketClosed -", "15 client trace FIN-WAIT-1", "15.1 client wire FIN,ACK 1 1 0",
        "15.1 server trace CLOSE-WAIT", "56 server wire ACK 1 2 0", "56.1 client trace FIN-WAIT-2",
        "210 server call Sent - Count=13 Bytes=13", "210 server wire PSH,ACK 1 2 13", "210.1 client trace CLOSED",
        "210.2 client wire RST 2 0 0", "210.3 server trace CLOSED",
    ];

    [Fact]
    public void TheStepsLeadBothEndsThroughTheirStates()
    {
        IReadOnlyList<Step> steps = Read(HalfClose);
        Assert.Equal(["CLOSED", "SYN-SENT", "ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT"], States(steps, 0));
        Assert.Equal(["LISTEN", "SYN-RECEIVED", "ESTABLISHED", "CLOSE-WAIT", "LAST-ACK", "CLOSED"], States(steps, 1));
        Assert.All(steps.SelectMany(s => s.Ends).Where(e => e.Before is not null), e => Assert.Single(e.Path));
        Assert.Equal(0, steps[0].Seconds);
        Assert.Equal(0.4139, steps[^1].Seconds, precision: 4);
    }

    [Fact]
    public void AFinThatAlsoAcknowledgesIsExplainedAndNoQuestion()
    {
        IReadOnlyList<Step> steps = Read([.. Opening,
            "15 client call FinQueued -", "15 client trace FIN-WAIT-1", "15.1 client wire FIN,ACK 1 1 0",
            "15.1 server trace CLOSE-WAIT", "16 server call FinQueued -", "16 server trace LAST-ACK",
            "16.1 server wire FIN,ACK 1 2 0", "16.2 client trace FIN-WAIT-2", "16.3 client trace TIME-WAIT",
            "16.4 client wire ACK 2 2 0", "16.5 server trace CLOSED"]);
        Step fin = steps.Single(s => s.Ends[0] is { State: TcpState.FinWait2, Before: not null });
        Assert.Contains("FIN ACK from the server", fin.Title, StringComparison.Ordinal);
        Assert.Contains("By the RFC it is in TIME-WAIT from now on", fin.Explanation[^1], StringComparison.Ordinal);
        Assert.False(fin.IsQuestion(fin.Ends[0]));
        Step timeWait = steps.Single(s => s.Ends[0] is { State: TcpState.TimeWait, Before: not null });
        Assert.False(timeWait.IsQuestion(timeWait.Ends[0]));
    }

    [Fact]
    public void ARstThatAnswersDataAfterACloseSaysSo() =>
        Assert.EndsWith("the client's program has closed its socket, so no program can read them (RFC 9293, 3.6.1).",
            Read(FullClose).Last(s => s.Segment is not null).Explanation[^1], StringComparison.Ordinal);

    [Fact]
    public void EveryStepIsExplained() =>
        Assert.All(Read(HalfClose), s => Assert.All(Assert.IsType<string[]>(s.Explanation.DefaultIfEmpty("").ToArray()),
            text => Assert.EndsWith(".", text, StringComparison.Ordinal)));

    [Theory]
    [InlineData(1, "“I begin”: the client's SYN opens its direction")]
    [InlineData(2, "The server opens its direction with a SYN, and acknowledges the client's SYN")]
    [InlineData(3, "The client's ACK of the SYN completes the handshake")]
    [InlineData(4, "13 bytes of the client's data, numbers 1 to 13")]
    [InlineData(5, "The server has received every byte before number 14")]
    [InlineData(6, "“I have sent everything”: the client's FIN ends its direction, and the other one stays open")]
    [InlineData(7, "The server's kernel acknowledges the client's FIN (number 14)")]
    [InlineData(8, "The client has sent its FIN, and the server has not: the connection is half-closed")]
    [InlineData(10, "“I have sent everything, too”: the server's FIN ends the second direction")]
    [InlineData(11, "The last ACK: the client acknowledges the server's FIN")]
    public void TheSentenceOfASegmentDependsOnTheSegmentsBeforeIt(int number, string words) =>
        Assert.Contains(words, TextOf(HalfClose, number), StringComparison.Ordinal);

    [Fact]
    public void ALostSegmentAndARepeatedOneAreMarked()
    {
        string[] lost =
        [
            .. HalfClose.Select(l => l.Contains("410.3 client wire", StringComparison.Ordinal) ? l + " lost" : l)
                .Where(l => !l.StartsWith("410.4", StringComparison.Ordinal)),
            "620 server wire FIN,ACK 14 15 0 again", "620.1 client wire ACK 15 15 0", "620.2 server trace CLOSED",
        ];
        Assert.Contains("lost on its way, on purpose, so the server's state does not change", TextOf(lost, 11),
            StringComparison.Ordinal);
        Assert.Contains("The kernel, not the program, sent it again", TextOf(lost, 12), StringComparison.Ordinal);
        Assert.Contains("The same FIN again: it has the sequence number 14, as before", TextOf(lost, 12),
            StringComparison.Ordinal);
        Assert.Contains("TIME-WAIT answers the repeated FIN", TextOf(lost, 13), StringComparison.Ordinal);
        IReadOnlyList<Step> steps = Read(lost);
        Assert.Equal("CLOSED", States(steps, 1)[^1]);
        Step gone = steps.Single(s => s.Segment?.Number == 11);
        Assert.Equal([false, true], gone.Ends.Select(gone.IsQuestion));
    }

    [Fact]
    public void AResetLeadsToClosedAlsoIfTheKernelEntersClosedBeforeItSendsTheReset()
    {
        IReadOnlyList<Step> steps = Read(FullClose);
        Assert.Equal(["rcv data after CLOSE / snd RST", "rcv RST"], ((int[])[0, 1]).Select(end =>
            steps.Select(s => s.Ends[end]).Single(e => e is { State: TcpState.DeleteTcb, Before: not null })
                .Path.Single().Label));
        Assert.Contains("But its program has called Close", TextOf(FullClose, 4), StringComparison.Ordinal);
        Assert.Contains("no program can read them", TextOf(FullClose, 6), StringComparison.Ordinal);
    }

    [Fact]
    public void ASocketThatItsProgramHasClosedIsTracedAsClosedAndNoTransitionLeadsThere()
    {
        string[] orphan = [.. FullClose.Take(16), "60 client trace CLOSED", .. FullClose.Skip(16).Where(l =>
            !l.StartsWith("210.1", StringComparison.Ordinal))];
        IReadOnlyList<Step> steps = Read(orphan);
        Step replaced = steps.Single(s => s.Explanation.Any(t => t.Contains("the connection remains in FIN-WAIT-2",
            StringComparison.Ordinal)));
        Assert.Equal((TcpState.FinWait2, null, "FIN-WAIT-2"),
            (replaced.Ends[0].State, replaced.Ends[0].Before, replaced.Ends[0].Name));
        EndOfStep closed =
            steps.Select(s => s.Ends[0]).Single(e => e is { State: TcpState.DeleteTcb, Before: not null });
        Assert.Equal((TcpState.FinWait2, "rcv data after CLOSE / snd RST"),
            (closed.Before, closed.Path.Single().Label));
        Assert.Equal(TcpState.TimeWait, Read([.. orphan.Take(17), "210 server call FinQueued -",
            "210.1 server wire FIN,ACK 1 2 0"])[^1].Ends[0].State);
    }

    [Theory]
    [InlineData("ResetReceived - How=before_Close", "the socket's pending error is read")]
    [InlineData("Aborted - Cause=no_answer TimedOut=1", "the kernel's time-out is found")]
    [InlineData("Sent - Count=1", "Send(1 byte)")]
    public void ACallIsNamedByWhatItFinds(string call, string text) =>
        Assert.Equal(text, Read([.. Opening, $"20 client call {call}"])[^1].Calls.Single().Call.Details!.Text);

    [Fact]
    public void TheQuizHasNoQuestionWhoseTitleIsTheAnswerAndNoneAboutALateReport()
    {
        IReadOnlyList<Step> steps = Read(HalfClose);
        Assert.Equal(["SYN-SENT", "ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT"], Asked(0));
        Assert.Equal(["CLOSE-WAIT", "LAST-ACK", "CLOSED"], Asked(1));
        Assert.Contains("By the RFC the server is in SYN-RECEIVED from now on", TextOf(HalfClose, 2),
            StringComparison.Ordinal);
        Assert.Contains("The server has been in SYN-RECEIVED since its SYN ACK", TextOf(HalfClose, 3),
            StringComparison.Ordinal);

        IEnumerable<string> Asked(int end) =>
            steps.Where(s => s.IsQuestion(s.Ends[end])).Select(s => s.Ends[end].Name);
    }

    [Fact]
    public void AFinWhoseAckIsDelayedSaysWhenItFollows()
    {
        Assert.Contains("Its ACK follows 41 ms later (segment 7).", TextOf(HalfClose, 6), StringComparison.Ordinal);
        Assert.DoesNotContain("Its ACK follows", TextOf(HalfClose, 10), StringComparison.Ordinal);
    }

    [Fact]
    public void APauseIsBeforeItsStep() => Assert.Contains(Read(HalfClose).SelectMany(s => s.Explanation),
        t => t.StartsWith("A pause: the server thinks.", StringComparison.Ordinal));

    [Fact]
    public void ACallHasItsArgumentsAndItsResult()
    {
        Step sent = Read(HalfClose).Single(s => s.Segment?.Number == 4);
        Assert.Equal(("Send(13 bytes \"hello\")", "13"),
            (Assert.Single(sent.Calls).Call.Details!.Text, sent.Calls[0].Call.Details!.Result));
    }

    internal static IReadOnlyList<Step> Read(IEnumerable<string> lines) =>
        Steps.Of(Diagram.Of(Ladder.Of(HandMadeRun.Read(lines))));

    private static string[] States(IReadOnlyList<Step> steps, int end) =>
        [.. steps.Where((s, i) => i == 0 || s.Ends[end].Before is not null).Select(s => s.Ends[end].Name)];

    internal static string TextOf(string[] lines, int number) =>
        string.Join(' ', Read(lines).Single(s => s.Segment?.Number == number).Explanation);
}
