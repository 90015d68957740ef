using System.Net.NetworkInformation;
using EchoClient.Checking;
using Serilog.Events;
using Serilog.Formatting.Json;
using SideBySide.Timeline;
using TcpClose.Events;
using TcpClose.Kernel;
using TcpClose.Output;
using TcpClose.Scenarios;

namespace TcpDemo.Tests.TcpClose.Output;

/// <summary>The small parts by which the programs read and write: durations, states, payloads, lines.</summary>
public sealed class ParsingAndFormattingTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("200ms", 200)]
    [InlineData("0.5s", 500)]
    [InlineData("2s", 2000)]
    [InlineData("1m", 60_000)]
    [InlineData("1440m", 86_400_000)]
    public void ADurationIsReadAsPeopleWriteIt(string text, double milliseconds)
    {
        Assert.True(Duration.TryParse(text, out Duration duration));
        Assert.Equal(milliseconds, duration.Span.TotalMilliseconds);
        Assert.True(Duration.TryParse(duration.ToString(), out Duration again));
        Assert.Equal(duration, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("-1s")]
    [InlineData("1h")]
    [InlineData("1 s")]
    [InlineData("s")]
    [InlineData("1e3s")]
    [InlineData("1441m")]
    [InlineData("٣s")]
    [InlineData("1s\n")]
    public void WhatIsNoDurationIsRefused(string text) => Assert.False(Duration.TryParse(text, out _));

    [Fact]
    public void EveryStateHasTheRfcsName() =>
        Assert.Equal(
            ["CLOSED", "LISTEN", "SYN-SENT", "SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2", "CLOSE-WAIT", "CLOSING", "LAST-ACK", "TIME-WAIT"],
            Enum.GetValues<TcpState>().Where(s => s is not TcpState.Unknown and not TcpState.DeleteTcb).Select(s => StateNames.Name(s)));

    [Fact]
    public void TheNumbersOfEachSystemAreThoseOfItsHeaders()
    {
        static string Names(Func<int, TcpState?> system, int first) =>
            string.Join(' ', Enumerable.Range(first, 11).Select(number => StateNames.Name(system(number))));

        Assert.Equal("ESTABLISHED SYN-SENT SYN-RECEIVED FIN-WAIT-1 FIN-WAIT-2 TIME-WAIT CLOSED CLOSE-WAIT LAST-ACK LISTEN CLOSING",
            Names(StateNames.FromLinux, 1));
        Assert.Equal("CLOSED LISTEN SYN-SENT SYN-RECEIVED ESTABLISHED CLOSE-WAIT FIN-WAIT-1 CLOSING LAST-ACK FIN-WAIT-2 TIME-WAIT",
            Names(StateNames.FromMacOS, 0));
        Assert.Equal("CLOSED LISTEN SYN-SENT SYN-RECEIVED ESTABLISHED FIN-WAIT-1 FIN-WAIT-2 CLOSE-WAIT CLOSING LAST-ACK TIME-WAIT",
            Names(StateNames.FromWindows, 0));
        foreach (Func<int, TcpState?> system in (Func<int, TcpState?>[])[StateNames.FromLinux, StateNames.FromMacOS, StateNames.FromWindows])
        {
            Assert.Equal(11, Enumerable.Range(-1, 20).Select(system).OfType<TcpState>().Distinct().Count());
            Assert.Null(system(-1));
            Assert.Null(system(99));
        }
    }

    [Theory]
    [InlineData("hello", "\"hello\"")]
    [InlineData("a\"b\\c", "\"a\\\"b\\\\c\"")]
    [InlineData("\e[31m\r\n\t\0", "\"\\x1b[31m\\r\\n\\t\\x00\"")]
    [InlineData("é", "\"\\xc3\\xa9\"")]
    public void APayloadIsQuotedWithoutControlCharacters(string payload, string quoted) =>
        Assert.Equal(quoted, Printable.Quote(Encoding.UTF8.GetBytes(payload)));

    [Fact]
    public void ALongPayloadIsCutAt64Bytes() =>
        Assert.Equal("\"" + new string('x', 64) + "\"…", Printable.Quote(Encoding.ASCII.GetBytes(new string('x', 65))));

    [Fact]
    public async Task NoLineIsWiderThan100ColumnsAndJsonGivesTheSameLineAgain()
    {
        var log = new CollectingSink();
        using (Pair pair = await Pair.ConnectAsync())
        {
            var close = new CloseLog(log.Logger, Side.Server);
            var connection = new ObservedConnection(Side.Server, pair.Server);
            connection.CaptureEndPoints();
            close.Accepted(connection, Clock.Now);
            for (int i = 0; i < 2; i++) close.Received(Clock.Now, Encoding.ASCII.GetBytes(new string('x', 4000)), afterOurFin: false);
            close.FinRead(Clock.Now);
            close.FinQueued(Clock.Now);
            close.ResetReceived(new CallSample(Clock.Now, connection), "Receive failed");
            close.Aborted(new CallSample(Clock.Now, connection), new string('c', 200));
            close.Note(LogEventLevel.Warning, new string('n', 200));
        }

        Assert.Equal(["Accepted", "Received", "Received", "Received", "FinRead", "FinQueued", "ResetReceived", "Aborted"], log.Phases);
        foreach (LogEvent e in log.Events)
        {
            string line = Line(new EventTextFormatter(colour: false), e);
            Assert.All(line.TrimEnd().Split('\n'), part => Assert.InRange(part.Length, 20, EventTextFormatter.MaxWidth));
            Assert.Equal(line, Line(new EventTextFormatter(colour: false), JsonEventParser.Parse(Line(new JsonFormatter(renderMessage: true), e))!));
        }
    }

    [Theory]
    [InlineData("closed normally: 13 of 13 bytes, 13 after our FIN")]
    [InlineData("closed normally: 130000 of 130000 bytes, 130000 after our FIN")]
    [InlineData("aborted, stuck for 10s; echo short: 0 of 13 bytes, 13 missing")]
    [InlineData("reset by the server; echo short: 5 of 13 bytes, 8 missing")]
    [InlineData("closed normally; echo altered: byte 6 is 0x53, not 0x73")]
    public void AVerdictFitsOneLine(string sentence)
    {
        var log = new CollectingSink();
        new CloseLog(log.Logger, Side.Client).Result(new CloseResult(CloseOutcome.ClosedNormally, sentence, 13, 13, 13, 0));
        Assert.EndsWith($"verdict: {sentence}\n", Line(new EventTextFormatter(colour: false), Assert.Single(log.Events)).ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("stopped, client sent nothing")]
    [InlineData("stopped, client did not read")]
    [InlineData("client did not read for 60s")]
    [InlineData("stuck for 10s")]
    public void TheCauseOfAnAbortFitsItsLine(string cause)
    {
        var log = new CollectingSink();
        new CloseLog(log.Logger, Side.Server).Aborted(new CallSample(Clock.Now, null), cause);
        Assert.EndsWith($"linger 0: RST; {cause}\n", Line(new EventTextFormatter(colour: false), Assert.Single(log.Events)).ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void ADisabledEventAllocatesNothing()
    {
        var sink = new CollectingSink(LogEventLevel.Warning);
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        var log = new CloseLog(sink.Logger, Side.Server);
        log.Accepted(new ObservedConnection(Side.Server, socket), Clock.Now);
        byte[] bytes = [1, 2, 3];
        Work();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++) Work();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Empty(sink.Events);

        void Work()
        {
            log.Received(Clock.Now, bytes, afterOurFin: false);
            log.Sent(Clock.Now, bytes);
            log.FinRead(Clock.Now);
            log.FinQueued(Clock.Now);
            log.SocketClosed(Clock.Now);
        }
    }

    [Fact]
    public void TheEchoIsComparedByteByByteHoweverItIsCut()
    {
        byte[] sent = Encoding.ASCII.GetBytes("hello service");
        for (int cut = 1; cut <= sent.Length; cut++)
        {
            var check = new EchoVerifier(new ExpectedReply("echo", Payload.Of(sent)), Eventually.Limit, Assert.Fail);
            foreach (byte[] part in sent.Chunk(cut)) check.Verify(part);
            Assert.Null(check.DescribeMismatch());
            Assert.Equal(13, check.Received);

            byte[] altered = [.. sent];
            altered[7] ^= 1;
            check = new EchoVerifier(new ExpectedReply("echo", Payload.Of(sent)), Eventually.Limit, Assert.Fail);
            foreach (byte[] part in altered.Chunk(cut)) check.Verify(part);
            Assert.Equal("echo altered: byte 7 is 0x64, not 0x65", check.DescribeMismatch());
        }
    }

    private static string Line(Serilog.Formatting.ITextFormatter formatter, LogEvent e)
    {
        using var text = new StringWriter();
        formatter.Format(e, text);
        return text.ToString();
    }
}
