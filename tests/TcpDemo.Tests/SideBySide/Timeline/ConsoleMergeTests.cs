using Serilog.Events;
using SideBySide.Timeline;
using TcpClose.Events;

namespace TcpDemo.Tests.SideBySide.Timeline;

/// <summary>
/// The events of the two consoles are listed by time, but an effect never precedes its cause. An effect waits for its
/// cause for at most a second.
/// </summary>
public sealed class ConsoleMergeTests
{
    private const int Millisecond = 1_000_000;

    private readonly ConsoleMerger _merger = new(new RunClock(_ => Task.FromResult<long?>(null), _ => []));

    [Fact]
    public void EventsOfBothConsolesAreOrderedByTime()
    {
        Add("server", ClosePhase.FinQueued, 30);
        Add("client", ClosePhase.FinQueued, 20);
        Add("client", ClosePhase.SocketClosed, 40);
        Assert.Equal(["client FinQueued", "server FinQueued", "client SocketClosed"], TakeUntil(100));
    }

    [Theory]
    [InlineData("client", ClosePhase.Connected, "server", ClosePhase.Accepted)]
    [InlineData("client", ClosePhase.Sent, "server", ClosePhase.Received)]
    [InlineData("server", ClosePhase.Sent, "client", ClosePhase.Received)]
    [InlineData("server", ClosePhase.FinQueued, "client", ClosePhase.FinRead)]
    [InlineData("client", ClosePhase.SocketClosed, "server", ClosePhase.FinRead)]
    [InlineData("server", ClosePhase.Aborted, "client", ClosePhase.ResetReceived)]
    [InlineData("client", ClosePhase.SocketClosed, "server", ClosePhase.ResetReceived)]
    public void AnEffectFollowsItsCauseEvenIfItsTimeIsEarlier(
        string side, ClosePhase cause, string otherSide, ClosePhase effect)
    {
        Add(otherSide, effect, 10);
        Assert.Empty(TakeUntil(200));       // the cause may still be reported
        Add(side, cause, 20);
        Assert.Equal([$"{side} {cause}", $"{otherSide} {effect}"], TakeUntil(200));
    }

    [Fact]
    public void AnEffectWithoutAReportedCauseIsHeldBackForASecond()
    {
        Add("client", ClosePhase.ResetReceived, 10);
        Assert.Empty(TakeUntil(1009));
        Assert.Equal(["client ResetReceived"], TakeUntil(1010));
    }

    [Fact]
    public void AnEventOfTheOtherConsoleDoesNotWaitForOneThatIsHeldBack()
    {
        Add("server", ClosePhase.Received, 10);
        Add("client", ClosePhase.Connected, 15);
        Assert.Equal(["client Connected"], TakeUntil(100));
    }

    private void Add(string side, ClosePhase phase, int milliseconds)
    {
        long at = milliseconds * (long)Millisecond;
        _merger.Add(new LogEvent(DateTimeOffset.UnixEpoch, LogEventLevel.Information, null, MessageTemplate.Empty,
        [
            new("Side", new ScalarValue(side)), new("Phase", new ScalarValue($"{phase}")),
            new("CalledAt", new ScalarValue(at)), new("ReturnedAt", new ScalarValue(at)),
        ]));
    }

    private List<string> TakeUntil(int milliseconds)
    {
        var taken = new List<string>();
        while (_merger.TakeNext(milliseconds * (long)Millisecond) is { } e)
            taken.Add($"{e.Get<string>("Side")} {e.Get<string>("Phase")}");
        return taken;
    }
}
