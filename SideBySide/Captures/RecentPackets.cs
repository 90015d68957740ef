namespace SideBySide.Captures;

/// <summary>The last packets of a capture, for comparison.</summary>
internal sealed class RecentPackets
{
    // A copy follows soon, but packets of other connections may be in between.
    private const int Capacity = 2048;

    private readonly Dictionary<Packet, Earlier> _known = [];
    // Each packet with the number of its frame. A packet may be in the queue twice.
    private readonly Queue<(Packet Packet, int Frame)> _order = new(Capacity);

    /// <summary>The last frame with the same packet; null if none is kept.</summary>
    public Earlier? Find(in Packet packet) => _known.TryGetValue(packet, out Earlier earlier) ? earlier : null;

    /// <summary>Remembers a packet.</summary>
    public void Add(in Packet packet, CapturedFrame frame)
    {
        var earlier = new Earlier(frame.At, frame.Number, frame.Ttl, frame.Way);
        _known[packet] = earlier;
        _order.Enqueue((packet, frame.Number));
        if (_order.Count <= Capacity) return;

        (Packet oldest, int number) = _order.Dequeue();
        if (_known[oldest].Frame == number) _known.Remove(oldest);
    }
}

/// <summary>An earlier frame with the same packet.</summary>
/// <param name="At">When it was captured, in nanoseconds since 1970.</param>
/// <param name="Frame">Its number in the capture.</param>
/// <param name="Ttl">Its time to live.</param>
/// <param name="Way">Which way it went.</param>
internal readonly record struct Earlier(long At, int Frame, byte Ttl, PacketWay Way);

/// <summary>The fields that identify a packet.</summary>
internal readonly record struct Packet(
    int Stream, bool IsFromClient, uint Sequence, uint Acknowledgement, int Length, TcpFlags Flags, int Window,
    ushort IpId, ulong TimeStamps);
