using Serilog.Events;
using SideBySide.Timeline;
using SideBySide.Tracing;
using TcpClose.Events;

namespace TcpDemo.Tests.SideBySide.Timeline;

/// <summary>The time of a run starts at the captured SYN or, without a capture, at the call of Connect.</summary>
public sealed class RunClockTests
{
    [Theory]
    [InlineData(null, "15", "30")]
    [InlineData(5L, "2", "25")]
    public async Task MillisecondsAreCountedFromTheSynOrOtherwiseFromTheCallOfConnect(
        long? synAfter, string atConnected, string atSent)
    {
        var asked = new List<int>();
        var clock = new RunClock(port =>
        {
            asked.Add(port);
            return Task.FromResult(synAfter is { } ms ? Nanoseconds(100 + ms) : (long?)null);
        }, _ => synAfter is { } ms ? [SynAck(102 + ms), SynAck(1000)] : []);
        LogEvent listening = Event(ClosePhase.Listening, 90), connecting = Event(ClosePhase.Connecting, 100),
            connected = Event(ClosePhase.Connected, 115, 49152), sent = Event(ClosePhase.Sent, 130, 49152);
        foreach (LogEvent e in (LogEvent[])[listening, connecting, connected, sent]) clock.Read(e);

        Assert.Equal("", await clock.MillisecondsAsync(listening));
        Assert.Equal("0", await clock.MillisecondsAsync(connecting));
        Assert.Equal(atConnected, await clock.MillisecondsAsync(connected));     // the time of the SYN ACK, if captured
        Assert.Equal(atSent, await clock.MillisecondsAsync(sent));
        Assert.Equal([49152], asked);       // requested once, for the client's port
    }

    [Fact]
    public async Task ALineThatIsNotACallIsPlacedByItsWallClockTime()
    {
        var clock = new RunClock(_ => Task.FromResult<long?>(null), _ => []);
        LogEvent connecting = Event(ClosePhase.Connecting, 100);
        var verdict = new LogEvent(connecting.Timestamp.AddMilliseconds(250), LogEventLevel.Information, null,
            MessageTemplate.Empty, [new("Side", new ScalarValue("client"))]);
        clock.Read(connecting);
        clock.Read(verdict);
        Assert.Equal("250", await clock.MillisecondsAsync(verdict));
    }

    private static LogEvent Event(ClosePhase phase, int milliseconds, int port = 0) =>
        new(DateTimeOffset.UnixEpoch.AddMilliseconds(milliseconds), LogEventLevel.Information, null,
            MessageTemplate.Empty,
            [
                new("Side", new ScalarValue("client")), new("Phase", new ScalarValue($"{phase}")),
                new("Connection", new ScalarValue(port)), new("ReturnedAt", new ScalarValue(Nanoseconds(milliseconds))),
            ]);

    private static SegmentEvent SynAck(long milliseconds) =>
        new(Nanoseconds(milliseconds), Side.Server, new Segment(0, 8888, 49152, "SYN ACK", 0, 0, 1, false), false);

    private static long Nanoseconds(long milliseconds) => milliseconds * 1_000_000;
}
