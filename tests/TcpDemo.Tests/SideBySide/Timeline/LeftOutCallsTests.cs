using SideBySide.Timeline;
using TcpClose.Events;

namespace TcpDemo.Tests.SideBySide.Timeline;

/// <summary>A picture marks the calls that it leaves out, and shows no call twice.</summary>
public sealed class LeftOutCallsTests
{
    [Fact]
    public void TheNumberOfCallsThatWereNotReportedFollowsTheFirstOne() =>
        Assert.Equal(["Send: 1", "(3 more)", "Send: 5"],
            Mark(Call(1, "Send: 1"), Call(9, "Send: 5") with { Calls = 5 }));

    [Fact]
    public void TheNumberOfCallsThatReceivedPrecedesTheLastOne() =>
        Assert.Equal(["Receive: 1", "Send: 7", "(3 more)", "Receive: 5", "Close"],
            Mark(Received(1, "Receive: 1"), Call(2, "Send: 7"), Received(9, "Receive: 5"),
                Received(9, "Receive: 5") with { Calls = 5 }, Call(10, "Close")));

    [Fact]
    public void TwoCallsLeaveNothingOut() =>
        Assert.Equal(["Send: 1", "Send: 5"], Mark(Call(1, "Send: 1"), Call(9, "Send: 5") with { Calls = 2 }));

    [Fact]
    public void TheLastCallThatWasAlsoReportedSeparatelyAppearsOnce() =>
        Assert.Equal(["Send: 1", "(1 more)", "Send: 5"],
            Mark(Call(1, "Send: 1"), Call(9, "Send: 5"), Call(9, "Send: 5") with { Calls = 3 }));

    [Fact]
    public void TheOtherDirectionIsCountedSeparately() =>
        Assert.Equal(["Send: 1", "(1 more)", "Receive: 7", "Send: 5"],
            Mark(Call(1, "Send: 1"), Call(2, "Receive: 7") with { Phase = ClosePhase.Received },
                Call(9, "Send: 5") with { Calls = 3 }));

    private static IEnumerable<string> Mark(params CallEvent[] calls) =>
        LeftOutCalls.Mark(calls).Select(c => c.Call);

    private static CallEvent Received(long at, string call) =>
        Call(at, call) with { Phase = ClosePhase.Received };

    private static CallEvent Call(long at, string call) => new(at, Side.Client, ClosePhase.Sent, call);
}
