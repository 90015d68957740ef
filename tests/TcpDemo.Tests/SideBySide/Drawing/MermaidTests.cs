using System.Net.NetworkInformation;
using SideBySide.Drawing;
using SideBySide.Timeline;
using SideBySide.Tracing;
using TcpClose.Events;

namespace TcpDemo.Tests.SideBySide.Drawing;

/// <summary>A Mermaid sequence diagram has one arrow for each segment.</summary>
public sealed class MermaidTests
{
    private const long Millisecond = 1_000_000;

    [Fact]
    public void ArrowsNotesAndTheReasonForAReset()
    {
        Assert.Equal("""
            sequenceDiagram
                participant Client as client
                participant Server as server
                Note over Client,Server: a title, which is longer than the room<br/>between the two lines
                Note left of Client: ESTABLISHED
                Note left of Client: Send: 13
                Client-xServer: 1 PSH ACK seq 1 ack 1 len 13, lost (0 ms)
                Client-->>Server: 2 PSH ACK seq 1 ack 1 len 13, again (200 ms)
                Client--xServer: 3 PSH ACK seq 1 ack 1 len 13, lost, again (400 ms)
                Server->>Client: 4 RST ACK seq 1 ack 14 (401 ms)<br/>RST: unread data (TCP_ABORT_ON_CLOSE)
                Note left of Client: CLOSED

            """.ReplaceLineEndings("\n"), Draw("a title, which is longer than the room between the two lines",
            new CallEvent(0, Side.Client, ClosePhase.Sent, "Send: 13"),
            Data(0) with { IsLost = true }, Data(200, again: true), Data(400, again: true) with { IsLost = true },
            new SegmentEvent(401 * Millisecond, Side.Server, new Segment(0, 2, 1, "RST ACK", 0, 1, 14, false), false)
            {
                ResetReason = "TCP_ABORT_ON_CLOSE",
            },
            new StateEvent(401 * Millisecond, Side.Client, TcpState.Closed)));
    }

    [Fact]
    public void WhatMermaidWouldReadAsMarkupIsEscaped()
    {
        string diagram = Draw("1; 2 # 3 <script> & %%", Data(0));
        Assert.Contains("Note over Client,Server: 1#59; 2 #35; 3 #lt;script#gt; #amp; #37;#37;\n", diagram,
            StringComparison.Ordinal);
    }

    private static string Draw(string title, params TimelineEvent[] timeline) => LadderMermaid.Draw(
        Diagram.Of(Ladder.Of(timeline, new Dictionary<Side, TcpState> { [Side.Client] = TcpState.Established })),
        title);

    private static SegmentEvent Data(long milliseconds, bool again = false) => new(milliseconds * Millisecond,
        Side.Client, new Segment(0, 1, 2, "PSH ACK", 13, 1, 1, again), IsLost: false);
}
