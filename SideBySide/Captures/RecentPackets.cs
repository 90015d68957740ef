namespace SideBySide.Captures;

/// <summary>The last packets of a capture, to compare the next ones with.</summary>
internal sealed class RecentPackets
{
    // The copy of a packet follows it soon, but packets of other connections may be in between.
    private const int Capacity = 2048;

    private readonly Dictionary<Packet, Earlier> _known = [];
    private readonly Queue<Packet> _order = new(Capacity);

    /// <summary>
    /// The last added frame with the same packet; null if there is none, or if it is not kept any more.
    /// </summary>
    public Earlier? Find(in Packet packet) => _known.TryGetValue(packet, out Earlier earlier) ? earlier : null;

    /// <summary>Remembers a packet.</summary>
    public void Add(in Packet packet, CapturedFrame frame)
    {
        var earlier = new Earlier(frame.At, frame.Number, frame.Ttl, frame.Way);
        if (!_known.TryAdd(packet, earlier))
        {
            _known[packet] = earlier;
            return;
        }

        _order.Enqueue(packet);
        if (_order.Count > Capacity) _known.Remove(_order.Dequeue());
    }
}

/// <summary>An earlier frame that contained a given packet.</summary>
/// <param name="At">When it was captured, in nanoseconds since 1970.</param>
/// <param name="Frame">Its number in the capture.</param>
/// <param name="Ttl">Its time to live.</param>
/// <param name="Way">Which way it went.</param>
internal readonly record struct Earlier(long At, int Frame, byte Ttl, PacketWay Way);

/// <summary>The fields that are equal in two frames with the same packet.</summary>
internal readonly record struct Packet(
    int Stream, bool IsFromClient, uint Sequence, uint Acknowledgement, int Length, TcpFlags Flags, int Window,
    ushort IpId, ulong TimeStamps);
