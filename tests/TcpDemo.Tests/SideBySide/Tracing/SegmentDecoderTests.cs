using System.Buffers.Binary;
using SideBySide.Tracing;

namespace TcpDemo.Tests.SideBySide.Tracing;

/// <summary>The decoder reads the headers of TCP segments, and returns null for other frames.</summary>
public sealed class SegmentDecoderTests
{
    private const int Ethernet = 14;

    [Theory]
    [InlineData(false, 0)]
    [InlineData(false, 12)]
    [InlineData(true, 0)]
    [InlineData(true, 12)]
    public void TheHeadersAndTheLengthOfThePayloadAreRead(bool isIPv6, int options)
    {
        TcpHeaders expected = new(49152, 8888, 0xFFFF_FFFE, 7, 0x18, 13);
        Assert.Equal(expected, SegmentDecoder.Decode(Frame(expected, isIPv6, options)));
    }

    [Fact]
    public void ThePaddingOfAShortFrameIsNotPayload()
    {
        TcpHeaders expected = new(1, 2, 3, 4, 0x10, 0);
        Assert.Equal(expected, SegmentDecoder.Decode([.. Frame(expected, false, 0), 0, 0, 0, 0, 0, 0]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TruncatedHeadersAreRejectedAndATruncatedPayloadIsAccepted(bool isIPv6)
    {
        TcpHeaders expected = new(1, 2, 3, 4, 0x10, 5);
        byte[] frame = Frame(expected, isIPv6, options: 4);
        int headers = frame.Length - expected.Length;
        Assert.All(Enumerable.Range(0, headers),
            length => Assert.Null(SegmentDecoder.Decode(frame.AsSpan(0, length))));
        Assert.All(Enumerable.Range(headers, expected.Length),
            length => Assert.Equal(expected, SegmentDecoder.Decode(frame.AsSpan(0, length))));
    }

    [Fact]
    public void OtherProtocolsFragmentsAndContradictionsAreNotSegments()
    {
        AssertNoSegment(12, 0x08, 0x06);                        // ARP
        AssertNoSegment(Ethernet, 0x55);                        // IPv5
        AssertNoSegment(Ethernet, 0x44);                        // an IPv4 header of 16 bytes
        AssertNoSegment(Ethernet + 2, 0, 10);                   // a packet shorter than its header
        AssertNoSegment(Ethernet + 6, 0x20, 0);                 // the first fragment
        AssertNoSegment(Ethernet + 6, 0, 1);                    // a later one
        AssertNoSegment(Ethernet + 9, 17);                      // UDP
        AssertNoSegment(Ethernet + 20 + 12, 0x40);              // a TCP header of 16 bytes
        AssertNoSegment(Ethernet + 20 + 12, 0xF0);              // one longer than the segment
    }

    [Fact]
    public void RandomBytesAndRandomChangesNeverThrow()
    {
        var random = new Random(9293);
        for (int i = 0; i < 200_000; i++)
        {
            byte[] frame = i % 2 == 0
                ? new byte[random.Next(120)]
                : Frame(new(1, 2, 3, 4, 0x10, random.Next(40)), random.Next(2) == 0, options: random.Next(4) * 4);
            if (i % 2 == 0) random.NextBytes(frame);
            for (int change = random.Next(4); change > 0 && frame.Length > 0; change--)
                frame[random.Next(frame.Length)] = (byte)random.Next(256);
            if (SegmentDecoder.Decode(frame) is { } headers) Assert.InRange(headers.Length, 0, ushort.MaxValue);
        }
    }

    private static void AssertNoSegment(int at, params byte[] changed)
    {
        byte[] frame = Frame(new(1, 2, 3, 4, 0x10, 5), isIPv6: false, options: 0);
        Assert.NotNull(SegmentDecoder.Decode(frame));
        changed.CopyTo(frame, at);
        Assert.Null(SegmentDecoder.Decode(frame));
    }

    private static byte[] Frame(TcpHeaders headers, bool isIPv6, int options)
    {
        int ip = isIPv6 ? 40 : 20, tcp = 20 + options;
        var frame = new byte[Ethernet + ip + tcp + headers.Length];
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), (ushort)(isIPv6 ? 0x86DD : 0x0800));
        Span<byte> packet = frame.AsSpan(Ethernet);
        packet[0] = (byte)(isIPv6 ? 0x60 : 0x45);
        packet[isIPv6 ? 6 : 9] = 6;
        BinaryPrimitives.WriteUInt16BigEndian(
            packet[(isIPv6 ? 4 : 2)..], (ushort)(packet.Length - (isIPv6 ? ip : 0)));
        Span<byte> segment = packet[ip..];
        BinaryPrimitives.WriteUInt16BigEndian(segment, headers.FromPort);
        BinaryPrimitives.WriteUInt16BigEndian(segment[2..], headers.ToPort);
        BinaryPrimitives.WriteUInt32BigEndian(segment[4..], headers.Sequence);
        BinaryPrimitives.WriteUInt32BigEndian(segment[8..], headers.Acknowledgement);
        segment[12] = (byte)(tcp / 4 << 4);
        segment[13] = headers.Flags;
        return frame;
    }
}
