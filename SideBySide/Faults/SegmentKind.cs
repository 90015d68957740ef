using SideBySide.Timeline;

namespace SideBySide.Faults;

/// <summary>A segment that can be dropped on purpose, named by its role in the connection.</summary>
public enum SegmentKind
{
    /// <summary>The client's SYN, segment 1 of the handshake.</summary>
    Syn,

    /// <summary>The server's SYN ACK, segment 2.</summary>
    SynAck,

    /// <summary>
    /// The client's ACK that ends the handshake, segment 3: every pure ACK that the client sends before its first data
    /// or FIN.
    /// </summary>
    Ack,

    /// <summary>Data of the client.</summary>
    Data,

    /// <summary>Data of the server.</summary>
    ServerData,

    /// <summary>The client's FIN.</summary>
    Fin,

    /// <summary>The server's FIN.</summary>
    ServerFin,

    /// <summary>The last ACK of the close: a pure ACK after both FINs.</summary>
    LastAck,

    /// <summary>Every segment of either side, as if the peer had vanished.</summary>
    Every,
}

/// <summary>The names of the segments on the command line, and the rules of <c>nft</c> that match them.</summary>
public static class SegmentKinds
{
    // The comparison is true for any payload. Without a payload it fails, because there is no byte to load.
    private const string HasData = "@ih,0,8 & 0 == 0", IsPureAck = "tcp flags & (fin | syn | rst | psh | ack) == ack";

    /// <summary>The segment's name on the command line: <c>syn-ack</c>.</summary>
    public static string Name(this SegmentKind segment) =>
        string.Concat(segment.ToString()
            .Select((c, i) => (i > 0 && char.IsUpper(c) ? "-" : "") + char.ToLowerInvariant(c)));

    /// <summary>The segment with a name; null if there is none.</summary>
    public static SegmentKind? Parse(string name) =>
        Enum.GetValues<SegmentKind>().Where(s => s.Name() == name).Cast<SegmentKind?>().FirstOrDefault();

    /// <summary>
    /// The dropped segments of one connection: the first <paramref name="count"/> that match the rule.
    /// </summary>
    public static IEnumerable<SegmentEvent> Among(this SegmentKind segment, IReadOnlyList<SegmentEvent> captured,
        int count) =>
        captured.Where((s, i) => segment.Is(s, captured.Take(i))).Take(count);

    private static bool Is(this SegmentKind segment, SegmentEvent s, IEnumerable<SegmentEvent> before)
    {
        bool client = s.Side == TcpClose.Events.Side.Client, pureAck = s.Segment is { Flags: "ACK", Length: 0 };
        return segment switch
        {
            SegmentKind.Syn => s.Segment.Flags == "SYN",
            SegmentKind.SynAck => s.Segment.Flags == "SYN ACK",
            SegmentKind.Ack =>
                client && pureAck && !before.Any(b => b.Side == s.Side && (b.Segment.Length > 0 || b.Has("FIN"))),
            SegmentKind.Data => client && s.Segment.Length > 0,
            SegmentKind.ServerData => !client && s.Segment.Length > 0,
            SegmentKind.Fin => client && s.Has("FIN"),
            SegmentKind.ServerFin => !client && s.Has("FIN"),
            SegmentKind.LastAck =>
                pureAck && before.Where(b => b.Has("FIN")).Select(b => b.Side).Distinct().Count() == 2,
            SegmentKind.Every => true,
            _ => throw new ArgumentOutOfRangeException(nameof(segment)),
        };
    }

    /// <summary>The rules that apply <paramref name="verdict"/> to the segment on a server's port.</summary>
    internal static IEnumerable<string> Rules(this SegmentKind segment, int port, string verdict) => segment switch
    {
        SegmentKind.Syn => [$"tcp dport {port} tcp flags & (syn | ack) == syn {verdict}"],
        SegmentKind.SynAck => [$"tcp sport {port} tcp flags & (syn | ack) == syn | ack {verdict}"],
        SegmentKind.Ack =>
        [
            // The set contains the port of each client that has sent data or a FIN. A later ACK from such a port is not
            // part of the handshake.
            $"tcp dport {port} {HasData} add @spoken {{ tcp sport }}",
            $"tcp dport {port} tcp flags & fin == fin add @spoken {{ tcp sport }}",
            $"tcp dport {port} {IsPureAck} tcp sport != @spoken {verdict}",
        ],
        SegmentKind.Data => [$"tcp dport {port} {HasData} {verdict}"],
        SegmentKind.ServerData => [$"tcp sport {port} {HasData} {verdict}"],
        SegmentKind.Fin => [$"tcp dport {port} tcp flags & fin == fin {verdict}"],
        SegmentKind.ServerFin => [$"tcp sport {port} tcp flags & fin == fin {verdict}"],
        SegmentKind.LastAck =>
        [
            // The set contains the source and destination ports of each FIN that has arrived.
            $"tcp dport {port} {IsPureAck} tcp sport . tcp dport @finned tcp dport . tcp sport @finned {verdict}",
            $"tcp sport {port} {IsPureAck} tcp sport . tcp dport @finned tcp dport . tcp sport @finned {verdict}",
            $"tcp dport {port} tcp flags & fin == fin add @finned {{ tcp sport . tcp dport }}",
            $"tcp sport {port} tcp flags & fin == fin add @finned {{ tcp sport . tcp dport }}",
        ],
        SegmentKind.Every => [$"tcp dport {port} {verdict}", $"tcp sport {port} {verdict}"],
        _ => throw new ArgumentOutOfRangeException(nameof(segment)),
    };
}
