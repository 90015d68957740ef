using System.Globalization;

namespace SideBySide.Captures;

/// <summary>A frame with a TCP segment, as tshark decodes it.</summary>
internal sealed record CapturedFrame
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    // PACKET_OUTGOING of Linux. Packets of all other types came in.
    private const string OutgoingType = "4";

    private static readonly string[] Fields =
    [
        "frame.number", "frame.time_epoch", "frame.len", "frame.cap_len", "ip.src", "ipv6.src", "ip.dst", "ipv6.dst",
        "ip.id", "ip.ttl", "ipv6.hlim", "tcp.stream", "tcp.srcport", "tcp.dstport", "tcp.flags", "tcp.seq_raw",
        "tcp.ack_raw", "tcp.len", "tcp.window_size_value", "tcp.options.timestamp.tsval", "tcp.options.wscale.shift",
        "tcp.options.timestamp.tsecr", "icmp.type", "icmp.code", "icmp.mtu", "icmpv6.type", "icmpv6.code", "icmpv6.mtu",
        "sll.pkttype",
    ];

    /// <summary>The indexes of the fields that <see cref="IcmpFrame"/> reads.</summary>
    internal const int IPv4Source = 4, IPv6Source = 5, Identification = 8, StreamField = 11, SourcePort = 12,
        IcmpType = 22, IcmpCode = 23, IcmpMtu = 24, IcmpV6Type = 25, IcmpV6Code = 26, IcmpV6Mtu = 27;

    /// <summary>The arguments with which tshark prints the lines that <see cref="Parse"/> reads.</summary>
    /// <remarks>
    /// If a field has several values, the last one belongs to the innermost packet, for example the packet that an ICMP
    /// error quotes.
    /// </remarks>
    public static IEnumerable<string> Arguments =>
        ["-T", "fields", "-E", "occurrence=a", "-E", "aggregator=,", .. Fields.SelectMany(f => (string[])["-e", f])];

    /// <summary>Its number in the capture.</summary>
    public required int Number { get; init; }

    /// <summary>When it was captured, in nanoseconds since 1970.</summary>
    public required long At { get; init; }

    /// <summary>Whether the capture contains only its first bytes.</summary>
    public required bool IsSnapped { get; init; }

    /// <summary>The sender's address.</summary>
    public required string From { get; init; }

    /// <summary>The receiver's address.</summary>
    public required string To { get; init; }

    /// <summary>The IPv4 identification; 0 if there is none.</summary>
    public required ushort IpId { get; init; }

    /// <summary>The time to live, or IPv6's hop limit.</summary>
    public required byte Ttl { get; init; }

    /// <summary>Wireshark's number of the connection, from 0.</summary>
    public required int Stream { get; init; }

    /// <summary>The sender's port.</summary>
    public required int FromPort { get; init; }

    /// <summary>The receiver's port.</summary>
    public required int ToPort { get; init; }

    /// <summary>The control bits.</summary>
    public required TcpFlags Flags { get; init; }

    /// <summary>The sequence number.</summary>
    public required uint Sequence { get; init; }

    /// <summary>The acknowledgement number; 0 without the ACK flag.</summary>
    public required uint Acknowledgement { get; init; }

    /// <summary>Bytes of payload.</summary>
    public required int Length { get; init; }

    /// <summary>The window field, not scaled.</summary>
    public required int Window { get; init; }

    /// <summary>The sender's time stamp; null without the option.</summary>
    public uint? TimeStamp { get; init; }

    /// <summary>The time stamp that the segment echoes; null without the option.</summary>
    public uint? TimeStampEcho { get; init; }

    /// <summary>The window scale option of a SYN, in bits; null without the option.</summary>
    public int? WindowShift { get; init; }

    /// <summary>Which way the packet went; known only if the link type is Linux cooked.</summary>
    public PacketWay Way { get; init; }

    /// <summary>Splits a line into its fields.</summary>
    public static string[] Split(string line) => line.Split('\t');

    /// <summary>Whether the frame is an ICMP message, which may quote a segment.</summary>
    public static bool IsIcmp(string[] words) =>
        words.Length == Fields.Length && (words[IcmpType] != "" || words[IcmpV6Type] != "");

    /// <summary>The last value of a field, from the innermost packet.</summary>
    public static string Last(string word) => word[(word.LastIndexOf(',') + 1)..];

    /// <summary>Parses the fields of a line; null if tshark could not decode the TCP header.</summary>
    public static CapturedFrame? Parse(string[] words)
    {
        for (int i = 0; i < words.Length; i++) words[i] = Last(words[i]);
        if (words.Length != Fields.Length || words[11] == "" || words[14] == "" || words[15] == "" || words[17] == "")
            return null;
        var flags = (TcpFlags)(Hex(words[14]) & 0x3f);
        return new CapturedFrame
        {
            Number = int.Parse(words[0], CultureInfo.InvariantCulture),
            At = (long)(decimal.Parse(words[1], CultureInfo.InvariantCulture) * NanosecondsPerSecond),
            IsSnapped = words[2] != words[3],
            From = words[4] + (words[4] == "" ? words[5] : ""),
            To = words[6] + (words[6] == "" ? words[7] : ""),
            IpId = words[8] == "" ? (ushort)0 : (ushort)Hex(words[8]),
            Ttl = (byte)Whole(words[9] == "" ? words[10] : words[9]),
            Stream = (int)Whole(words[11]),
            FromPort = (int)Whole(words[12]),
            ToPort = (int)Whole(words[13]),
            Flags = flags,
            Sequence = (uint)Whole(words[15]),
            Acknowledgement = (flags & TcpFlags.Ack) != 0 ? (uint)Whole(words[16]) : 0,
            Length = (int)Whole(words[17]),
            Window = (int)Whole(words[18]),
            TimeStamp = words[19] == "" ? null : (uint)Whole(words[19]),
            WindowShift = words[20] == "" ? null : (int)Whole(words[20]),
            TimeStampEcho = words[21] == "" ? null : (uint)Whole(words[21]),
            Way = words[28] == "" ? PacketWay.Unknown : words[28] == OutgoingType ? PacketWay.Out : PacketWay.In,
        };
    }

    private static long Whole(string word) => word == "" ? 0 : long.Parse(word, CultureInfo.InvariantCulture);

    private static int Hex(string word) => Convert.ToInt32(word, 16);
}
