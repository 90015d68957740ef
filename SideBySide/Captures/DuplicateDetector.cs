using TcpClose.Events;

namespace SideBySide.Captures;

/// <summary>
/// Finds frames that contain the same packet as an earlier frame. Such frames come from a mirrored port, from a capture
/// at several interfaces (<c>-i any</c>) or on both sides of a router, or from merged captures. A repetition by the
/// sender is another packet, usually with another IP identification and a newer time stamp.
/// </summary>
internal sealed class DuplicateDetector(RecentPackets recent)
{
    private const int MaxHops = 4;

    // After MaxDelay, no frame counts as a copy. If neither the IP identification nor the time stamps show that a frame
    // is a copy, MaxDelayWithoutId is usually the limit. A sender repeats a segment within this limit only if the peer
    // has sent a segment in between.
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(1),
        MaxDelayWithoutId = TimeSpan.FromMilliseconds(5);

    // If a sender has not varied its identification yet, the identification may be constant, so that a repetition has
    // the same one. Then an equal frame within this time counts as a copy, because a retransmission timer usually takes
    // longer. A pure ACK does not: no timer repeats it, so an equal one may follow at any time.
    private static readonly TimeSpan MinRetransmissionTimeout = TimeSpan.FromMilliseconds(100);

    // We assume that the clock of the time stamps advances at least once in this time. Usually it advances every
    // millisecond. RFC 7323 5.4 allows up to 1 s.
    private static readonly TimeSpan ClockTick = TimeSpan.FromMilliseconds(10);

    private Packet _last;
    private ushort? _clientId, _serverId;
    private bool _clientVaries, _serverVaries, _foundAny;

    /// <summary>Whether the next frame of the connection is a copy of an earlier one.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="side">Its sender.</param>
    /// <param name="receivedIn">
    /// If the capturing host has forwarded the packet, the frame with the packet as it came in; otherwise 0.
    /// </param>
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

        // The two frames have equal time stamps, or none. With time stamps, the frame is a copy in four cases. Its time
        // to live differs: it was captured elsewhere. It is a SYN: a sender repeats a SYN only after more than a tick
        // of the clock, with a newer time stamp. A copy was found before: the capture contains copies. The delay is at
        // least a tick: a repetition would have a newer time stamp.
        bool isSyn = (packet.Flags & TcpFlags.Syn) != 0;
        if (packet.TimeStamps > 0 && (otherTtl || isSyn || _foundAny || delay >= ClockTick.TotalNanoseconds))
            return true;
        if (otherTtl && _foundAny && (packet.Flags & TcpFlags.Rst) != 0) return true;

        // A kernel without a socket answers each segment of a burst with the same RST. These RSTs are not copies.
        if (packet.IpId == 0 && (packet.Flags & TcpFlags.Rst) != 0 && !_foundAny) return false;
        // A frame from the other side of a router has another time to live.
        if (otherTtl && delay < MaxDelayWithoutId.TotalNanoseconds) return true;
        return packet == _last && delay < MaxDelayWithoutId.TotalNanoseconds && (packet.IpId != 0 || !isPureAck);
    }

    // Whether the identification of a side has varied so far.
    private static bool Note(ushort id, ref ushort? last, ref bool varies)
    {
        varies |= id != 0 && last is { } before && id != before;
        if (id != 0 || last is null) last = id;
        return varies;
    }
}
