namespace SideBySide.Captures;

/// <summary>The last packets of a capture, to compare the next ones with.</summary>
internal sealed class RecentPackets
{
    // A copy comes soon, but other connections may have packets in between.
    private const int Capacity = 2048;

    private readonly Dictionary<Packet, (long At, byte Ttl)> _known = [];
    private readonly Queue<Packet> _order = new(Capacity);

    /// <summary>When and with which time to live the same packet was captured; null if it was not, or long ago.
    /// </summary>
    public (long At, byte Ttl)? Find(in Packet packet) =>
        _known.TryGetValue(packet, out (long, byte) earlier) ? earlier : null;

    /// <summary>Remembers a packet.</summary>
    public void Add(in Packet packet, long at, byte ttl)
    {
        if (!_known.TryAdd(packet, (at, ttl)))
        {
            _known[packet] = (at, ttl);
            return;
        }

        _order.Enqueue(packet);
        if (_order.Count > Capacity) _known.Remove(_order.Dequeue());
    }
}

/// <summary>What two frames have in common that contain the same packet.</summary>
internal readonly record struct Packet(
    int Stream, bool IsFromClient, uint Sequence, uint Acknowledgement, int Length, TcpFlags Flags, int Window,
    ushort IpId, uint? TimeStamp, uint? TimeStampEcho);
