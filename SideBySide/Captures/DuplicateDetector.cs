using TcpClose.Events;

namespace SideBySide.Captures;

/// <summary>
/// Finds frames with the same packet as an earlier frame. Such frames come from a mirrored port, from a capture at
/// several interfaces (<c>-i any</c>) or on both sides of a router, or from merged captures. A repetition by the sender
/// is a different packet, usually with another IP identification.
/// </summary>
internal sealed class DuplicateDetector(RecentPackets recent)
{
    private const int MaxHops = 4;

    // A frame counts as a copy only within MaxDelay. The limit is usually MaxDelayWithoutId if neither the IP
    // identification nor the time stamps show a copy.
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(1),
        MaxDelayWithoutId = TimeSpan.FromMilliseconds(5);

    // If a sender has not varied its identification yet, the identification may be constant. Then an equal frame within
    // this time counts as a copy, because a retransmission timer usually takes longer. A pure ACK does not, because an
    // equal one may follow at any time.
    private static readonly TimeSpan MinRetransmissionTimeout = TimeSpan.FromMilliseconds(100);

    // We assume that the clock of the time stamps advances within this time. RFC 7323 5.4 allows up to 1 s.
    private static readonly TimeSpan ClockTick = TimeSpan.FromMilliseconds(10);

    private Packet _last;
    private ushort? _clientId, _serverId;
    private bool _clientVaries, _serverVaries, _foundAny;

    /// <summary>
    /// Whether the next frame is a copy. If the capturing host has forwarded the packet, <paramref name="receivedIn"/>
    /// is the frame in which the packet came in; otherwise 0.
    /// </summary>
    public bool IsCopy(CapturedFrame frame, Side side, out int receivedIn)
    {
        receivedIn = 0;
        var packet = new Packet(frame.Stream, side == Side.Client, frame.Sequence, frame.Acknowledgement, frame.Length,
            frame.Flags, frame.Window, frame.IpId,
            ((ulong)(frame.TimeStamp ?? 0) << 32) | (frame.TimeStampEcho ?? 0));
        bool varies = side == Side.Client ? Note(frame.IpId, ref _clientId, ref _clientVaries)
            : Note(frame.IpId, ref _serverId, ref _serverVaries);
        if (recent.Find(packet) is { } earlier
            && (Math.Abs(earlier.Ttl - frame.Ttl) <= MaxHops || packet.TimeStamps > 0)
            && IsSoon(packet, frame.At - earlier.At, varies, earlier.Ttl != frame.Ttl))
        {
            _foundAny = true;
            if (earlier.Way == PacketWay.In && frame.Way == PacketWay.Out) receivedIn = earlier.Frame;
            return true;
        }

        recent.Add(packet, frame);
        _last = packet;
        return false;
    }

    private bool IsSoon(Packet packet, double delay, bool varies, bool otherTtl)
    {
        bool isPureAck = packet.Length == 0 && (packet.Flags & (TcpFlags.Syn | TcpFlags.Fin | TcpFlags.Rst)) == 0;
        if (delay >= MaxDelay.TotalNanoseconds) return false;
        if (packet.IpId != 0 && (varies || (!isPureAck && delay < MinRetransmissionTimeout.TotalNanoseconds)))
            return true;

        // The two frames have equal time stamps, or none. With time stamps, the frame is a copy if its time to live
        // differs (it is from the other side of a router), or if a copy was found before. It is also a copy if it is a
        // SYN, or if the delay is at least a tick: a repetition would have a newer time stamp, and a SYN is repeated
        // only after more than a tick.
        bool isSyn = (packet.Flags & TcpFlags.Syn) != 0;
        if (packet.TimeStamps > 0 && (otherTtl || isSyn || _foundAny || delay >= ClockTick.TotalNanoseconds))
            return true;
        if (otherTtl && _foundAny && (packet.Flags & TcpFlags.Rst) != 0) return true;

        // A kernel without a socket answers each segment of a burst with the same RST. These RSTs are not copies.
        if (packet.IpId == 0 && (packet.Flags & TcpFlags.Rst) != 0 && !_foundAny) return false;
        if (otherTtl && delay < MaxDelayWithoutId.TotalNanoseconds) return true;
        return packet == _last && delay < MaxDelayWithoutId.TotalNanoseconds && (packet.IpId != 0 || !isPureAck);
    }

    // Whether a side's identification has varied so far.
    private static bool Note(ushort id, ref ushort? last, ref bool varies)
    {
        varies |= id != 0 && last is { } before && id != before;
        if (id != 0 || last is null) last = id;
        return varies;
    }
}
