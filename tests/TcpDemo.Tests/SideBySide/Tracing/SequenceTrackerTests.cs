using SideBySide.Tracing;

namespace TcpDemo.Tests.SideBySide.Tracing;

/// <summary>
/// Sequence numbers are counted from the first number of each direction. Repeated segments are marked.
/// </summary>
public sealed class SequenceTrackerTests
{
    private const byte Fin = 1, Syn = 2, Psh = 8, Ack = 16;

    private readonly SequenceTracker _tracker = new();

    [Fact]
    public void TheNumbersMatchWiresharkAndWrap()
    {
        const uint First = uint.MaxValue - 2;
        Assert.Equal((0, 0), Numbers(Client(First, 0, Syn)));
        Assert.Equal((0, 1), Numbers(Server(1000, First + 1, Syn | Ack)));
        Assert.Equal((1, 1), Numbers(Client(First + 1, 1001, Ack)));
        Assert.Equal((1, 1), Numbers(Client(First + 1, 1001, Psh | Ack, 13)));
        Assert.Equal((1, 14), Numbers(Server(1001, unchecked(First + 14), Ack)));
        Assert.Equal((14, 1), Numbers(Client(unchecked(First + 14), 1001, Fin | Ack)));
        Assert.Equal((1, 15), Numbers(Server(1001, unchecked(First + 15), Fin | Ack)));
    }

    [Fact]
    public void ASegmentThatWasSentBeforeIsARetransmission()
    {
        Assert.False(Client(10, 0, Syn).IsRetransmission);
        Assert.True(Client(10, 0, Syn).IsRetransmission);
        Assert.False(Client(11, 1, Ack).IsRetransmission);
        Assert.False(Client(11, 1, Psh | Ack, 5).IsRetransmission);
        Assert.True(Client(11, 1, Psh | Ack, 5).IsRetransmission);
        Assert.False(Client(16, 1, Fin | Ack).IsRetransmission);
        Assert.True(Client(16, 1, Fin | Ack).IsRetransmission);
    }

    [Fact]
    public void AnAckIsNeverARetransmission()
    {
        Client(10, 0, Syn);
        Assert.False(Client(11, 1, Ack).IsRetransmission);
        Assert.False(Client(11, 1, Ack).IsRetransmission);
    }

    [Fact]
    public void ANewConnectionWithTheSamePortsCountsAgainFrom0()
    {
        Client(10, 0, Syn);
        Server(20, 11, Syn | Ack);
        Client(11, 21, Fin | Ack);
        Segment again = Client(5000, 0, Syn);
        Assert.Equal((0, 0), Numbers(again));
        Assert.False(again.IsRetransmission);
        Assert.Equal((0, 1), Numbers(Server(7000, 5001, Syn | Ack)));
    }

    [Fact]
    public void AConnectionWhoseBeginningIsMissingCountsFromItsFirstSegment()
    {
        Assert.Equal((1, 1), Numbers(Client(500, 900, Psh | Ack, 10)));
        Assert.Equal((1, 11), Numbers(Server(900, 510, Ack)));
    }

    [Fact]
    public void ALineIsParsedAsTheSameSegment()
    {
        Segment[] segments = [Client(10, 0, Syn), Server(20, 11, Syn | Ack), Client(11, 21, Psh | Ack, 3)];
        Assert.Equal(segments, segments.Select(s => Segment.Parse(s.ToLine())));
    }

    private Segment Client(uint sequence, uint acknowledgement, int flags, int length = 0) =>
        _tracker.Add(new TcpHeaders(50000, 8888, sequence, acknowledgement, (byte)flags, length), 1.5m);

    private Segment Server(uint sequence, uint acknowledgement, int flags, int length = 0) =>
        _tracker.Add(new TcpHeaders(8888, 50000, sequence, acknowledgement, (byte)flags, length), 1.5m);

    private static (long, long) Numbers(Segment segment) => (segment.Sequence, segment.Acknowledgement);
}
