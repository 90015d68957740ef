using SideBySide.Drawing;
using SideBySide.Summary.Relays;
using SideBySide.Timeline;
using TcpDemo.Tests.SideBySide.Summary;

namespace TcpDemo.Tests.SideBySide.Relays;

/// <summary>The sentences about a relay, for runs written by hand.</summary>
public sealed class RelaySentencesTests
{
    internal static readonly string[] Open = ["0 client wire SYN 0 0 0", "0 server wire SYN,ACK 0 1 0",
        "0 client wire ACK 1 1 0", "1 client wire PSH,ACK 1 1 13"];

    [Fact]
    public void ARelayThatAddsBytesIsNoticed() =>
        Assert.Contains("The client sent 13 bytes, and the relay sent 60 to the server: it adds bytes of its own.",
            Of(Open, ["2 client wire SYN 0 0 0", "2 server wire SYN,ACK 0 1 0", "2 client wire PSH,ACK 1 1 60"]));

    [Fact]
    public void ARelayThatConnectsToNobodyIsNoticed() =>
        Assert.Equal(
        [
            "The relay opened no connection to the server.",
            "The client's FIN (5) reached the relay.",
        ], Of([.. Open, "3 client wire FIN,ACK 14 1 0"], []));

    [Fact]
    public void AServerThatRefusesIsNotCalledAReset() =>
        Assert.Equal(
        [
            "The server refused the relay's connection (6). The relay sent a FIN to the client 2 ms later (7): the "
                + "client reads an end of stream, and no reset.",
            "The client sent 13 bytes, and the relay sent none to the server.",
        ], Of([.. Open, "5 server wire FIN,ACK 1 14 0"],
            ["2 client wire SYN 0 0 0", "3 server wire RST,ACK 0 1 0"]));

    [Fact]
    public void ARelayThatResetsAConnectionThatTheServerAcceptedIsNotCalledARefusal() =>
        Assert.Contains("The relay reset the connection to the server (7).",
            Of(Open, ["2 client wire SYN 0 0 0", "3 server wire SYN,ACK 0 1 0", "4 client wire RST,ACK 1 1 0"]));

    [Fact]
    public void AnOrderlyCloseInBothDirectionsIsCalledPreserved() =>
        Assert.Equal(
        [
            "The client's FIN (9) reached the relay. The relay sent its own FIN to the server 1 ms later (10).",
            "The server's FIN (11) reached the relay. The relay sent its own FIN to the client 1 ms later (12).",
            "The client sent 13 bytes, and the relay sent 13 to the server.",
            "Both FINs and the same number of bytes came through in their order: the relay preserved this close.",
        ], Of([.. Open, "10 client wire FIN,ACK 14 1 0", "13 server wire FIN,ACK 1 15 0"],
            [.. Later(Open), "11 client wire FIN,ACK 14 1 0", "12 server wire FIN,ACK 1 15 0"]));

    [Fact]
    public void ATimeIsGivenForTheSecondDirectionThatARelayEndsByItself() =>
        Assert.Contains("500 ms after the client's FIN the relay also ended the direction to the client (11), although "
            + "the server had not sent its FIN.",
            Of([.. Open, "10 client wire FIN,ACK 14 1 0", "510 server wire FIN,ACK 1 15 0"],
                [.. Later(Open), "11 client wire FIN,ACK 14 1 0"]));

    [Fact]
    public void ACallThatIsSeenLateDoesNotHoldUpTheNumberOfASegment()
    {
        string[] late = ["13.02 client call Received ESTABLISHED", "13.03 client call Sent ESTABLISHED Bytes=1",
            "13 client wire PSH,ACK 14 1 1"];
        RelayedRun run = HandMadeRun.Through(
            [.. Open, .. late], [.. Later(Open), "13.01 server wire PSH,ACK 1 14 2"]);
        Assert.Equal([1, 2], Diagram.Of(run).Rows.Select(r => r.Row).Where(r => r.Segment is not null)
            .OrderBy(r => r.Number).TakeLast(2).Select(r => r.Segment!.Segment.Length));
    }

    [Fact]
    public void WithoutACaptureNothingIsClaimed()
    {
        RelayedRun run = HandMadeRun.Through([], []);
        Assert.Equal(["The segments were not captured, so nothing is known of the relay."],
            RelaySentences.Of(run, Diagram.Of(run)));
    }

    [Theory]
    [InlineData(80)]
    [InlineData(100)]
    [InlineData(200)]
    public void TheTextPictureFitsTheTerminal(int columns)
    {
        RelayedRun run = HandMadeRun.Through([.. Open, "3 client wire PSH,ACK 14 1 1000000"], Later(Open));
        string[] lines = [.. new RelayText(colour: false, columns).Draw(Diagram.Of(run))];
        Assert.All(lines, l => Assert.InRange(l.Length, 5, Math.Min(columns, 100)));
        Assert.Contains(lines, l => l.Contains("len 1000000", StringComparison.Ordinal));
    }

    private static IReadOnlyList<string> Of(string[] toRelay, string[] toServer)
    {
        RelayedRun run = HandMadeRun.Through(toRelay, toServer);
        if (toServer.Length == 0) run = run with { ToServer = run.ToServer with { ClientPort = 0, Segments = [] } };
        return RelaySentences.Of(run, Diagram.Of(run));
    }

    // The same events 5 ms later.
    internal static string[] Later(string[] events) =>
        [.. events.Select(e => $"{e[0] - '0' + 5}{e[1..]}")];
}
