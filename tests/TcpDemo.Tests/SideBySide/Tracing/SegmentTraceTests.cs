using SideBySide.Timeline;
using SideBySide.Tracing;
using TcpClose.Events;

namespace TcpDemo.Tests.SideBySide.Tracing;

/// <summary>The kernel's events about segments are parsed, and added to the segments.</summary>
public sealed class SegmentTraceTests
{
    private const int Client = 40000, Server = 8888;

    [Theory]
    [InlineData("  EchoServer-7 [001] .N... 71316.066295: tcp_send_reset: skbaddr=00 skaddr=00 src=127.0.0.1:8888 "
        + "dest=127.0.0.1:40000 state=TCP_CLOSE reason=TCP_ABORT_ON_CLOSE", KernelSegmentEvent.ResetSent, Server)]
    [InlineData("  EchoServer-7 [001] .N... 71316.066295: tcp_send_reset: skbaddr=00 skaddr=00 src=[::1]:8888 "
        + "dest=[::1]:40000 state=UNKNOWN reason=NO_SOCKET", KernelSegmentEvent.ResetSent, Server)]
    [InlineData("  EchoServer-7 [001] .Ns2. 71316.066284: tcp_receive_reset: family=AF_INET sport=40000 dport=8888 "
        + "saddr=127.0.0.1 daddr=127.0.0.1 saddrv6=:: daddrv6=:: sock_cookie=7b610",
        KernelSegmentEvent.ResetReceived, Server)]
    [InlineData("  a b-7 [000] .Ns1. 71331.832131: tcp_retransmit_skb: skbaddr=00 skaddr=00 family=AF_INET sport=8888 "
        + "dport=40000 saddr=127.0.0.1 daddr=127.0.0.1 saddrv6=:: daddrv6=:: state=TCP_LAST_ACK err=0",
        KernelSegmentEvent.Retransmitted, Server)]
    public void EachEventNamesTheSenderOfItsSegment(string line, KernelSegmentEvent kind, int from)
    {
        KernelSegment? parsed = SegmentTrace.Parse(line);
        Assert.Equal((kind, from, Client), (parsed?.Event, parsed?.FromPort, parsed?.ToPort));
        Assert.InRange(parsed!.At, 71_316_000_000_000, 71_332_000_000_000);
        Assert.Equal(kind == KernelSegmentEvent.ResetSent, parsed.Reason is "TCP_ABORT_ON_CLOSE" or "NO_SOCKET");
    }

    [Theory]
    [InlineData("# tracer: nop")]
    [InlineData("CPU:1 [LOST 27 EVENTS]")]
    [InlineData("")]
    public void AnotherLineIsIgnored(string line) => Assert.Null(SegmentTrace.Parse(line));

    [Fact]
    public void EventsBelongToTheSegmentsOfTheirSideInOrder()
    {
        IReadOnlyList<SegmentEvent> added = TracedSegments.Add(
            [Segment(1, Side.Server, "FIN ACK"), Segment(2, Side.Server, "FIN ACK", again: true),
                Segment(3, Side.Client, "RST"), Segment(4, Side.Client, "RST")],
            [Event(2, KernelSegmentEvent.Retransmitted, Server), Sent(3, Client, "TCP_TIMEWAIT_SOCKET"),
                Sent(4, Client, "NO_SOCKET"), Event(4, KernelSegmentEvent.ResetReceived, Client)]);
        Assert.Equal([null, null, "TCP_TIMEWAIT_SOCKET", "NO_SOCKET"], added.Select(s => s.ResetReason));
        Assert.Equal([false, true, false, false], added.Select(s => s.IsTracedRetransmission));

        // The trace does not show which of the RSTs was received, so neither is marked.
        Assert.Equal([false, false, false, false], added.Select(s => s.IsReceived));
    }

    [Fact]
    public void EventsOfAnotherConnectionAreNotAdded() => Assert.Null(Assert.Single(TracedSegments.Add(
        [Segment(1, Side.Server, "RST ACK")],
        [Sent(1, Server, "TCP_STATE") with { ToPort = Client + 1 }])).ResetReason);

    [Theory]
    [InlineData("TCP_ABORT_ON_CLOSE", "RST: unread data (TCP_ABORT_ON_CLOSE)")]
    [InlineData("A_REASON_OF_LATER_KERNELS", "RST: A_REASON_OF_LATER_KERNELS")]
    [InlineData("NOT_SPECIFIED", null)]
    [InlineData(null, null)]
    public void AReasonIsGivenInWordsAndWithTheKernelsName(string? reason, string? note) =>
        Assert.Equal(note, ResetReason.Note(reason));

    private static SegmentEvent Segment(long at, Side side, string flags, bool again = false) =>
        new(at, side, side == Side.Client ? new Segment(at, Client, Server, flags, 0, 1, 1, again)
            : new Segment(at, Server, Client, flags, 0, 1, 1, again), IsLost: false);

    private static KernelSegment Event(long at, KernelSegmentEvent kind, int from) =>
        new(at, kind, from, from == Client ? Server : Client);

    private static KernelSegment Sent(long at, int from, string reason) =>
        Event(at, KernelSegmentEvent.ResetSent, from) with { Reason = reason };
}
