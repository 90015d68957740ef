using Serilog.Events;
using Serilog.Formatting.Json;
using SideBySide.Timeline;
using TcpClose.Events;
using TcpClose.Kernel;
using TcpClose.Output;

namespace TcpDemo.Tests.TcpClose.Output;

/// <summary>
/// No line of an event is wider than 100 columns, except in a file. An event read from JSON gives the same text.
/// </summary>
public sealed class EventLineTests
{
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
            for (int i = 0; i < 2; i++)
                close.Received(Clock.Now, Encoding.ASCII.GetBytes(new string('x', 4000)), afterOurFin: false);
            close.FinRead(Clock.Now);
            close.FinQueued(Clock.Now);
            close.ResetReceived(new CallSample(Clock.Now, connection), "Receive failed");
            close.Aborted(new CallSample(Clock.Now, connection), new string('c', 200));
            close.Note(LogEventLevel.Warning, new string('n', 200));
        }

        Assert.Equal(["Accepted", "Received", "Received", "Received", "FinRead", "FinQueued", "ResetReceived",
            "Aborted"], log.Phases);
        foreach (LogEvent e in log.Events)
        {
            string line = Line(new EventTextFormatter(colour: false), e);
            Assert.All(line.TrimEnd().Split('\n'),
                part => Assert.InRange(part.Length, 20, EventTextFormatter.MaxWidth));
            Assert.Equal(line, Line(new EventTextFormatter(colour: false),
                JsonEventParser.Parse(Line(new JsonFormatter(renderMessage: true), e))!));
        }
    }

    [Theory]
    [InlineData("closed normally: 13 of 13 bytes, 13 after our FIN")]
    [InlineData("closed normally: 130000 of 130000 bytes, 130000 after our FIN")]
    [InlineData("reset by the server; echo short: 5 of 13 bytes, 8 missing")]
    [InlineData("closed normally; echo altered: byte 6 is 0x53, not 0x73")]
    public void TheClientsLastSentenceFitsOneLine(string sentence)
    {
        var log = new CollectingSink();
        new CloseLog(log.Logger, Side.Client)
            .Result(new CloseResult(CloseOutcome.ClosedNormally, sentence, 13, 13, 13, 0));
        Assert.EndsWith($"result: {sentence}\n",
            Line(new EventTextFormatter(colour: false), Assert.Single(log.Events)).ReplaceLineEndings("\n"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void ANarrowTerminalShowsNeitherSideNorPhaseAndAFileHasOneLineForEachEvent()
    {
        var log = new CollectingSink();
        new CloseLog(log.Logger, Side.Client).Result(new CloseResult(
            CloseOutcome.ClosedNormally, "closed normally: 13 of 13 bytes, 13 after our FIN", 13, 13, 13, 0));
        new CloseLog(log.Logger, Side.Server).Aborted(new CallSample(Clock.Now, null), new string('c', 200));
        string verdict = Line(new EventTextFormatter(colour: false, 80), log.Events[0]);
        Assert.InRange(Assert.Single(verdict.TrimEnd().Split('\n')).Length, 60, 80);
        Assert.DoesNotContain("client", verdict, StringComparison.Ordinal);
        string[] aborted = Line(new EventTextFormatter(colour: false, 80), log.Events[1]).TrimEnd().Split('\n');
        Assert.All(aborted, line => Assert.InRange(line.Length, 1, 80));
        Assert.DoesNotContain("Aborted", aborted[0], StringComparison.Ordinal);
        Assert.Single(Line(new EventTextFormatter(colour: false, int.MaxValue), log.Events[1]).TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("server stops, client silent")]
    [InlineData("server stops, client did not read")]
    [InlineData("no progress for 10s (--timeout)")]
    public void TheCauseOfAnAbortFitsItsLine(string cause)
    {
        var log = new CollectingSink();
        new CloseLog(log.Logger, Side.Server).Aborted(new CallSample(Clock.Now, null), cause);
        Assert.EndsWith($"abort (RST): {cause}\n",
            Line(new EventTextFormatter(colour: false), Assert.Single(log.Events)).ReplaceLineEndings("\n"),
            StringComparison.Ordinal);
    }

    private static string Line(Serilog.Formatting.ITextFormatter formatter, LogEvent e)
    {
        using var text = new StringWriter();
        formatter.Format(e, text);
        return text.ToString();
    }
}
