using System.Buffers.Binary;

namespace SideBySide.Tracing;

/// <summary>Decodes the headers of a captured frame: Ethernet, IPv4 or IPv6, TCP. The payload is not needed.</summary>
public static class SegmentDecoder
{
    private const int EthernetHeader = 14, TcpHeader = 20, Ipv6Header = 40, ProtocolTcp = 6;
    private const ushort Ipv4 = 0x0800, Ipv6 = 0x86DD;

    /// <summary>Returns the headers of a frame's TCP segment; null if it contains none.</summary>
    public static TcpHeaders? Decode(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < EthernetHeader) return null;
        ReadOnlySpan<byte> packet = frame[EthernetHeader..];
        return BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) switch
        {
            Ipv4 => DecodeIpv4(packet),
            Ipv6 => DecodeIpv6(packet),
            _ => null,
        };
    }

    // RFC 791 3.1. The length comes from the header, because Ethernet pads short frames.
    private static TcpHeaders? DecodeIpv4(ReadOnlySpan<byte> packet)
    {
        if (packet.Length < 20 || packet[0] >> 4 != 4) return null;
        int header = (packet[0] & 15) * 4, length = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        bool isFragment = (BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) & 0x3FFF) != 0;
        bool isComplete = header >= 20 && header <= packet.Length && header <= length;
        return isComplete && !isFragment && packet[9] == ProtocolTcp
            ? DecodeTcp(packet[header..], length - header)
            : null;
    }

    // RFC 8200 3. Extension headers are not supported.
    private static TcpHeaders? DecodeIpv6(ReadOnlySpan<byte> packet)
    {
        if (packet.Length < Ipv6Header || packet[0] >> 4 != 6 || packet[6] != ProtocolTcp) return null;
        return DecodeTcp(packet[Ipv6Header..], BinaryPrimitives.ReadUInt16BigEndian(packet[4..]));
    }

    // RFC 9293 3.1. The length includes the header.
    private static TcpHeaders? DecodeTcp(ReadOnlySpan<byte> segment, int length)
    {
        if (segment.Length < TcpHeader) return null;
        int header = (segment[12] >> 4) * 4;
        return header < TcpHeader || header > segment.Length || header > length
            ? null
            : new TcpHeaders(
                BinaryPrimitives.ReadUInt16BigEndian(segment), BinaryPrimitives.ReadUInt16BigEndian(segment[2..]),
                BinaryPrimitives.ReadUInt32BigEndian(segment[4..]), BinaryPrimitives.ReadUInt32BigEndian(segment[8..]),
                segment[13], length - header);
    }
}

/// <summary>The headers of a TCP segment.</summary>
/// <param name="FromPort">The sender's port.</param>
/// <param name="ToPort">The receiver's port.</param>
/// <param name="Sequence">The sequence number.</param>
/// <param name="Acknowledgement">The acknowledgement number.</param>
/// <param name="Flags">The flags as bits: FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32.</param>
/// <param name="Length">Bytes of payload.</param>
public readonly record struct TcpHeaders(
    ushort FromPort, ushort ToPort, uint Sequence, uint Acknowledgement, byte Flags, int Length);
