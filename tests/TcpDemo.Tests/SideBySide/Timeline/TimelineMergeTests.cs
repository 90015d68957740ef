using System.Net.NetworkInformation;
using SideBySide.Drawing;
using SideBySide.Timeline;
using SideBySide.Tracing;
using TcpClose.Events;
using TcpClose.Kernel;

namespace TcpDemo.Tests.SideBySide.Timeline;

/// <summary>
/// Three sources with two clocks are merged into the rows of a ladder diagram. Each cause precedes its effect.
/// </summary>
public sealed class TimelineMergeTests
{
    // The default run in the order in which it happened. Times are in microseconds.
    private static readonly string[] Run =
    [
        "0 client call Connecting Connect", "1 client state SYN-SENT", "2 client wire SYN 0 0 0",
        "4 server wire SYN,ACK 0 1 0", "5 client state ESTABLISHED",
        "6 client wire ACK 1 1 0", "7 server state SYN-RECEIVED", "8 server state ESTABLISHED",
        "9 client call Connected connected", "20 server call Accepted Accept",
        "30 client call Sent Send:13", "32 client wire PSH,ACK 1 1 13", "34 server wire ACK 1 14 0",
        "40 server call Received Receive:13",
        "50 client call FinQueued Shutdown", "51 client state FIN-WAIT-1", "52 client wire FIN,ACK 14 1 0",
        "53 server state CLOSE-WAIT",
        "40000 server wire ACK 1 15 0", "40001 client state FIN-WAIT-2", "200000 server call Sent Send:13",
        "200002 server wire PSH,ACK 1 15 13", "200004 client wire ACK 15 14 0",
        "200010 server call FinRead Receive:0", "200020 client call Received Receive:13",
        "400000 server call FinQueued Shutdown", "400001 server state LAST-ACK",
        "400002 server wire FIN,ACK 14 15 0", "400003 client state TIME-WAIT", "400005 client wire ACK 15 15 0",
        "400006 server state CLOSED", "400030 client call FinRead Receive:0",
    ];

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(-20)]
    [InlineData(150)]
    [InlineData(-150)]
    public void TheOrderIsCorrectEvenIfTheCapturesClockIsWrongByMicroseconds(int error)
    {
        // A call may swap places with a nearby segment, but no effect precedes its cause.
        IReadOnlyList<TimelineEvent> merged = Merge(error);
        Assert.Equal(Run.Length, merged.Count);
        Assert.Equal(Order(Read(0), m => m is SegmentEvent), Order(merged, m => m is SegmentEvent));
        Assert.Equal(Order(Read(0), m => m is not SegmentEvent), Order(merged, m => m is not SegmentEvent));
        Assert.All(Causes, pair => Assert.True(IndexOf(merged, pair.Cause) < IndexOf(merged, pair.Effect),
            $"{pair.Cause} before {pair.Effect}"));
    }

    [Fact]
    public void ASegmentIsDrawnInTheRowOfItsCallAndOfTheStatesOnBothSides()
    {
        Ladder ladder = Ladder.Of(Merge(0), new Dictionary<Side, TcpState>());
        LadderRow fin = ladder.Rows.First(r => r.Segment?.Has("FIN") == true);
        Assert.Equal(("Shutdown", TcpState.FinWait1, TcpState.CloseWait),
            (fin.Calls[Side.Client].Call, fin.States[Side.Client], fin.States[Side.Server]));
        Assert.Equal(11, ladder.Rows.Count(r => r.Segment is not null));

        // A call that only reports an earlier segment has a row of its own.
        Assert.Contains(ladder.Rows,
            r => r is { Segment: null, Calls.Count: 1 } && r.Calls.Values.Single().Call == "Receive:0");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-150)]
    [InlineData(150)]
    public void EveryEventIsInExactlyOneRow(int error)
    {
        // The second timeline has no segments between the calls.
        foreach (IReadOnlyList<TimelineEvent> timeline in (IReadOnlyList<TimelineEvent>[])[Merge(error),
            [.. Merge(error).Where(m => m is not SegmentEvent)]])
        {
            Ladder ladder = Ladder.Of(timeline, new Dictionary<Side, TcpState>());
            Assert.Equal(timeline.OfType<CallEvent>().Select(c => c.Call).Order(),
                ladder.Rows.SelectMany(r => r.Calls.Values).Select(c => c.Call).Order());
            Assert.Equal(timeline.OfType<StateEvent>().Count(), ladder.Rows.Sum(r => r.States.Count));
            Assert.Equal(timeline.OfType<SegmentEvent>().Count(), ladder.Rows.Count(r => r.Segment is not null));
        }
    }

    [Fact]
    public void ARetransmissionIsNeverDrawnAsTheEffectOfACall()
    {
        TimelineEvent[] events =
        [
            new CallEvent(0, Side.Server, ClosePhase.SocketClosed, "Close"),
            Segment("200000 server wire FIN,ACK 14 15 0") with
            {
                Segment = new Segment(0, 8888, 50000, "FIN ACK", 0, 14, 15, IsRetransmission: true)
            },
        ];
        Ladder ladder = Ladder.Of(events, new Dictionary<Side, TcpState>());
        Assert.Equal(2, ladder.Rows.Count);
        Assert.Equal([0L, 200_000_000L], ladder.Rows.Select(r => r.At));
    }

    [Fact]
    public void ALostSegmentHasNoEffectAndDoesNotArrive()
    {
        TimelineEvent[] events =
        [
            .. Read(0).Where(m => m is not SegmentEvent { Side: Side.Client } s || !s.Has("FIN")),
            Segment("52 client wire FIN,ACK 14 1 0") with { IsLost = true }, Segment("70 client wire FIN,ACK 14 1 0"),
        ];
        IReadOnlyList<TimelineEvent> merged = TimelineMerger.Merge([.. events.OfType<CallEvent>()],
            [.. events.OfType<StateEvent>()], [], [.. events.OfType<SegmentEvent>()]);
        int again = IndexOf(merged, m => m is SegmentEvent { IsLost: false, Side: Side.Client } s && s.Has("FIN"));
        Assert.True(again < IndexOf(merged, m => m is StateEvent { State: TcpState.CloseWait }));

        string[] lines = [.. LadderText.Draw(Ladder.Of(merged, new Dictionary<Side, TcpState>()), colour: false)];
        Assert.EndsWith("✗", lines.Single(l => l.Contains('✗')), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(80)]
    [InlineData(100)]
    public void NoLineIsWiderThanTheTerminalEvenWithLargeNumbers(int width)
    {
        TimelineEvent[] wide =
        [
            new CallEvent(0, Side.Client, ClosePhase.Sent, "Sent 1099511627776"),
            new StateEvent(1, Side.Server, TcpState.SynReceived),
            new SegmentEvent(2, Side.Client,
                new Segment(0, 1, 2, "FIN PSH ACK", 65483, 4294967295, 4294967295, true), false),
        ];
        foreach (string line in LadderText.Draw(
            Ladder.Of(wide, new Dictionary<Side, TcpState> { [Side.Server] = TcpState.SynReceived }), colour: false,
            width))
            Assert.InRange(line.Length, 1, width);
    }

    private static readonly (Func<TimelineEvent, bool> Cause, Func<TimelineEvent, bool> Effect)[] Causes =
    [
        (State(Side.Client, TcpState.SynSent), Sent(Side.Client, "SYN")),
        (Sent(Side.Server, "SYN ACK"), State(Side.Client, TcpState.Established)),
        (Sent(Side.Client, "ACK"), State(Side.Server, TcpState.SynReceived)),
        (Called("Send:13"), Sent(Side.Client, "PSH ACK")),
        (Sent(Side.Client, "PSH ACK"), Called("Receive:13")),
        (State(Side.Client, TcpState.FinWait1), Sent(Side.Client, "FIN ACK")),
        (Sent(Side.Client, "FIN ACK"), State(Side.Server, TcpState.CloseWait)),
        (State(Side.Server, TcpState.LastAck), Sent(Side.Server, "FIN ACK")),
        (Sent(Side.Server, "FIN ACK"), State(Side.Client, TcpState.TimeWait)),
        (m => m is SegmentEvent { Segment.Acknowledgement: 15, Side: Side.Client, Segment.Sequence: 15 },
            State(Side.Server, TcpState.Closed)),
    ];

    private static IReadOnlyList<TimelineEvent> Merge(int captureError) =>
        TimelineMerger.Merge([.. Read(0).OfType<CallEvent>()], [.. Read(0).OfType<StateEvent>()],
            [], [.. Read(captureError).OfType<SegmentEvent>()]);

    private static IReadOnlyList<TimelineEvent> Read(int captureError) =>
        [.. Run.Select(line => Read(line, captureError))];

    private static TimelineEvent Read(string line, int captureError)
    {
        string[] words = line.Split(' ');
        long at = long.Parse(words[0], System.Globalization.CultureInfo.InvariantCulture) * 1000;
        Side side = words[1] == "client" ? Side.Client : Side.Server;
        return words[2] switch
        {
            "call" => new CallEvent(at, side, Enum.Parse<ClosePhase>(words[3]), words[4]),
            "state" => new StateEvent(at, side, StateNames.Parse(words[3])!.Value),
            _ => Segment(line) with { At = at + (captureError * 1000L) },
        };
    }

    private static SegmentEvent Segment(string line)
    {
        string[] words = line.Split(' ');
        int[] numbers = [.. words.Skip(4).Select(w => int.Parse(w, System.Globalization.CultureInfo.InvariantCulture))];
        bool client = words[1] == "client";
        return new SegmentEvent(long.Parse(words[0], System.Globalization.CultureInfo.InvariantCulture) * 1000,
            client ? Side.Client : Side.Server,
            new Segment(0, client ? 50000 : 8888, client ? 8888 : 50000, words[3].Replace(',', ' '), numbers[2],
                numbers[0], numbers[1], false), IsLost: false);
    }

    private static string[] Order(IEnumerable<TimelineEvent> events, Func<TimelineEvent, bool> wanted) =>
        [.. events.Where(wanted).Select(m => $"{m with { At = 0 }}")];

    private static int IndexOf(IReadOnlyList<TimelineEvent> events, Func<TimelineEvent, bool> wanted) =>
        events.Select((m, i) => wanted(m) ? i : int.MaxValue).Min();

    private static Func<TimelineEvent, bool> State(Side side, TcpState state) =>
        m => m is StateEvent s && s.Side == side && s.State == state;

    private static Func<TimelineEvent, bool> Sent(Side side, string flags) =>
        m => m is SegmentEvent s && s.Side == side && s.Segment.Flags == flags;

    private static Func<TimelineEvent, bool> Called(string call) => m => m is CallEvent c && c.Call == call;
}
