using TcpClose.Events;

namespace SideBySide.Captures;

/// <summary>
/// Finds frames that contain the same packet as an earlier frame: of a mirrored port, of several interfaces
/// (<c>-i any</c>), or of both sides of a router. A repetition by the sender is another packet, with another IP
/// identification.
/// </summary>
internal sealed class DuplicateDetector(RecentPackets recent)
{
    private const int MaxHops = 4;

    // An identification that does not vary, or is missing, proves nothing. Then a copy must follow immediately; a
    // sender waits longer before it repeats something, or receives something in between.
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(1),
        MaxDelayWithoutId = TimeSpan.FromMilliseconds(5);

    private Packet _last;
    private ushort _clientId, _serverId;
    private bool _clientVaries, _serverVaries, _foundAny;

    /// <summary>Whether the next frame of the connection is a copy of an earlier one.</summary>
    public bool IsCopy(CapturedFrame frame, Side side)
    {
        var packet = new Packet(frame.Stream, side == Side.Client, frame.Sequence, frame.Acknowledgement, frame.Length,
            frame.Flags, frame.Window, frame.IpId, frame.TimeStamp);
        bool varies = side == Side.Client ? Note(frame.IpId, ref _clientId, ref _clientVaries)
            : Note(frame.IpId, ref _serverId, ref _serverVaries);
        if (recent.Find(packet) is { } earlier && Math.Abs(earlier.Ttl - frame.Ttl) <= MaxHops
            && IsSoon(packet, frame.At - earlier.At, varies, earlier.Ttl != frame.Ttl))
        {
            _foundAny = true;
            return true;
        }

        recent.Add(packet, frame.At, frame.Ttl);
        _last = packet;
        return false;
    }

    private bool IsSoon(Packet packet, double delay, bool varies, bool otherTtl)
    {
        if (varies && packet.IpId != 0) return delay < MaxDelay.TotalNanoseconds;

        // A kernel without a socket answers each segment of a burst with the same RST.
        if (packet.IpId == 0 && (packet.Flags & TcpFlags.Rst) != 0 && !_foundAny) return false;
        // The other side of a router, with another time to live.
        if (otherTtl && delay < MaxDelayWithoutId.TotalNanoseconds) return true;
        bool isPureAck = packet.Length == 0 && (packet.Flags & (TcpFlags.Syn | TcpFlags.Fin | TcpFlags.Rst)) == 0;
        return packet == _last && delay < MaxDelayWithoutId.TotalNanoseconds && (packet.IpId != 0 || !isPureAck);
    }

    // Whether the identification of a side has varied so far.
    private static bool Note(ushort id, ref ushort last, ref bool varies)
    {
        varies |= id != 0 && last != 0 && id != last;
        if (id != 0) last = id;
        return varies;
    }
}
