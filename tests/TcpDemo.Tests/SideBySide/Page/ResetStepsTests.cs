using System.Net.NetworkInformation;
using SideBySide.Drawing;
using SideBySide.Page;
using SideBySide.Timeline;
using TcpClose.Events;
using TcpDemo.Tests.SideBySide.Summary;

namespace TcpDemo.Tests.SideBySide.Page;

/// <summary>The steps distinguish the sender of a RST from its receiver.</summary>
public sealed class ResetStepsTests
{
    [Fact]
    public void ASideThatReceivesAResetDoesNotAbort()
    {
        string[] lines = [.. StepsTests.Opening,
            "20 client call Aborted -", "20 client trace CLOSED", "20.1 client wire RST 1 0 0",
            "20.2 server trace CLOSED", "20.3 server call ResetReceived - How=Receive_failed",
            "30 server call SocketClosed -"];
        Assert.Equal(["abort / snd RST", "rcv RST"], LabelsOfClosed(lines));
        Assert.Equal("The server's program closes its descriptor. The connection had ended before.",
            StepsTests.Read(lines)[^1].Explanation.Single());
    }

    [Fact]
    public void WithoutACaptureTheCallThatFailsProvesTheReset()
    {
        string[] opening = [.. StepsTests.Opening.Where(l => l.Contains(" trace ", StringComparison.Ordinal))];
        Assert.Equal(["rcv RST"], LabelsOfClosed([.. opening,
            "20 client call ResetReceived CLOSED How=Receive_failed", "20 client trace CLOSED"]));
        Assert.Equal(["time-out of the kernel"], LabelsOfClosed([.. opening,
            "20 client call Aborted CLOSED TimedOut=1", "20 client trace CLOSED"]));
        EndOfStep given = StepsTests.Read(
            ["0 client call Connecting -", "0 client trace SYN-SENT", "9 client trace CLOSED"])[^1].Ends[0];
        Assert.Equal((TcpState.Closed, "SynSent-Closed"), (given.State, given.Path.Single().Id));
    }

    [Fact]
    public void AResetThatItsReceiverDoesNotAcceptEndsNothing()
    {
        string[] wire = ["0 client wire SYN 0 0 0", "1 server wire SYN,ACK 0 1 0", "2 client wire ACK 1 1 0",
            "3 server wire RST 99999 0 0"];
        TimelineEvent[] accepted = [.. HandMadeRun.Read(wire).Segments!,
            new StateEvent(3_000_000, Side.Client, TcpState.Closed)];
        Assert.Contains("does not accept it", Inferred(accepted[..^1]), StringComparison.Ordinal);
        Assert.Contains("ends both directions immediately", Inferred(accepted), StringComparison.Ordinal);

        static string Inferred(IEnumerable<TimelineEvent> events) => Steps.Of(Diagram.Of(Ladder.Of(
            [.. events.Take(2), new StateEvent(1_000_000, Side.Client, TcpState.Established), .. events.Skip(2)],
            new Dictionary<Side, TcpState>(), isInferred: true)))[^1].Explanation[0];
    }

    [Fact]
    public void OnlyARstThatAnswersASynIsARefusal()
    {
        string[] wire = ["0 client wire SYN 0 0 0", "1 server wire SYN,ACK 0 1 0", "2 client wire RST 1 0 0"];
        var aborted = Ladder.Of(HandMadeRun.Read(wire));
        var refused = Ladder.Of(HandMadeRun.Read([wire[0], "1 server wire RST,ACK 0 1 0"]));
        Assert.Equal(["“this connection no longer exists”"], SegmentNotes.Of(aborted, 2));
        Assert.Equal(["refused: nothing listens on this port"], SegmentNotes.Of(refused, 1));
        Assert.Contains("“this connection no longer exists”", StepsTests.TextOf(wire, 3),
            StringComparison.Ordinal);
    }

    private static string[] LabelsOfClosed(IEnumerable<string> lines) =>
        [.. StepsTests.Read(lines).SelectMany(s => s.Ends)
            .Where(e => e is { State: TcpState.DeleteTcb, Before: not null }).Select(e => e.Path.Single().Label)];
}
