using System.Globalization;
using TcpClose.Events;

namespace SideBySide.Captures;

/// <summary>An ICMP error that quotes a segment of a connection.</summary>
/// <param name="Frame">The number of its frame.</param>
/// <param name="From">The address that sent it: a router or the segment's receiver.</param>
/// <param name="Sender">The sender of the quoted segment.</param>
/// <param name="Kind">What it reports.</param>
/// <param name="Mtu">The largest packet that passes, in bytes; 0 if unknown.</param>
/// <param name="IpId">The error's IPv4 identification; 0 if there is none.</param>
internal sealed record IcmpError(int Frame, string From, Side Sender, IcmpErrorKind Kind, int Mtu, ushort IpId);

/// <summary>What an ICMP error reports.</summary>
internal enum IcmpErrorKind : byte
{
    /// <summary>A router has no route.</summary>
    NetworkUnreachable,

    /// <summary>The last router gets no answer from the host.</summary>
    HostUnreachable,

    /// <summary>The host, or a firewall in its name, rejects the port.</summary>
    PortUnreachable,

    /// <summary>A router or a firewall forbids the packet.</summary>
    Prohibited,

    /// <summary>The packet is too big for the next link.</summary>
    TooBig,

    /// <summary>The time to live was used up.</summary>
    TimeExceeded,

    /// <summary>Another error.</summary>
    Other,
}

/// <summary>A frame with an ICMP error that quotes a TCP segment, as tshark decodes it.</summary>
/// <param name="Number">The number of the frame.</param>
/// <param name="From">The address that sent the error.</param>
/// <param name="Stream">Wireshark's number of the quoted connection.</param>
/// <param name="Quoted">The sender of the quoted segment.</param>
/// <param name="Kind">What the error reports.</param>
/// <param name="Mtu">The largest packet that passes, in bytes; 0 if unknown.</param>
/// <param name="IpId">The error's IPv4 identification; 0 if there is none.</param>
internal sealed record IcmpFrame(
    int Number, string From, int Stream, CapturedEnd Quoted, IcmpErrorKind Kind, int Mtu, ushort IpId)
{
    private const int Unreachable = 3, TimeExceeded = 11, ParameterProblem = 12, FirstInformationOfIPv6 = 128;

    /// <summary>Reads a line; null if it is no ICMP error that quotes a segment.</summary>
    public static IcmpFrame? Parse(string[] words)
    {
        bool isIPv6 = words[CapturedFrame.IcmpV6Type] != "";
        int type = Whole(words[isIPv6 ? CapturedFrame.IcmpV6Type : CapturedFrame.IcmpType]),
            code = Whole(words[isIPv6 ? CapturedFrame.IcmpV6Code : CapturedFrame.IcmpCode]);
        string sources = words[isIPv6 ? CapturedFrame.IPv6Source : CapturedFrame.IPv4Source];
        string stream = CapturedFrame.Last(words[CapturedFrame.StreamField]),
            port = CapturedFrame.Last(words[CapturedFrame.SourcePort]);
        if ((isIPv6 ? OfIPv6(type, code) : OfIPv4(type, code)) is not { } kind || stream == "" || port == "")
            return null;
        string id = BeforeLast(words[CapturedFrame.Identification]);
        return new IcmpFrame(Whole(words[0]), BeforeLast(sources), Whole(stream),
            new CapturedEnd(CapturedFrame.Last(sources), Whole(port)), kind,
            kind == IcmpErrorKind.TooBig ? Whole(words[isIPv6 ? CapturedFrame.IcmpV6Mtu : CapturedFrame.IcmpMtu]) : 0,
            isIPv6 || id == "" ? (ushort)0 : Convert.ToUInt16(id, 16));
    }

    // RFC 792, RFC 1122 3.2.2.1 and RFC 1812 5.2.7.1. A source quench and a redirect are not treated as errors.
    private static IcmpErrorKind? OfIPv4(int type, int code) => (type, code) switch
    {
        (Unreachable, 0 or 6 or 11) => IcmpErrorKind.NetworkUnreachable,
        (Unreachable, 1 or 7 or 8 or 12) => IcmpErrorKind.HostUnreachable,
        (Unreachable, 3) => IcmpErrorKind.PortUnreachable,
        (Unreachable, 4) => IcmpErrorKind.TooBig,
        (Unreachable, 9 or 10 or 13) => IcmpErrorKind.Prohibited,
        (TimeExceeded, _) => IcmpErrorKind.TimeExceeded,
        (Unreachable or ParameterProblem, _) => IcmpErrorKind.Other,
        _ => null,
    };

    // RFC 4443.
    private static IcmpErrorKind? OfIPv6(int type, int code) => (type, code) switch
    {
        (1, 0) => IcmpErrorKind.NetworkUnreachable,
        (1, 1 or 5 or 6) => IcmpErrorKind.Prohibited,
        (1, 3) => IcmpErrorKind.HostUnreachable,
        (1, 4) => IcmpErrorKind.PortUnreachable,
        (2, _) => IcmpErrorKind.TooBig,
        (3, _) => IcmpErrorKind.TimeExceeded,
        ( < FirstInformationOfIPv6, _) => IcmpErrorKind.Other,
        _ => null,
    };

    // The value of the error itself. The last value is from the quoted packet.
    private static string BeforeLast(string word) => word.Split(',') is [.., var outer, _] ? outer : word;

    private static int Whole(string word) => word == "" ? 0 : int.Parse(CapturedFrame.Last(word),
        CultureInfo.InvariantCulture);
}
