using TcpClose.Events;

namespace SideBySide.Captures;

/// <summary>
/// One connection of a capture. It keeps its opening, its end, and what is remarkable. The other segments are only
/// counted, to need little memory.
/// </summary>
internal sealed class CapturedConnection
{
    internal const int MaxIcmpErrors = 1000;

    private const int KeptAtTheBeginning = 16, Context = 8, MaxKept = 1500, MaxDuplicates = 1000;

    private readonly DuplicateDetector _duplicates;
    private readonly DirectionTracker _client = new(), _server = new();
    private readonly List<CapturedSegment> _segments = [];
    private Queue<CapturedSegment>? _recent;
    private RareFrames? _rare;
    private Dictionary<SegmentKind, int>? _kinds;
    private SkippedSegments? _skipped;
    private CapturedSegment? _firstSkipped;
    private int _keepNext = KeptAtTheBeginning;
    private uint? _syn, _olderAck;

    /// <summary>Begins a connection with its first captured frame.</summary>
    public CapturedConnection(CapturedFrame first, RecentPackets recent)
    {
        _duplicates = new DuplicateDetector(recent);
        // Without a SYN, the client is likely to have the higher port.
        bool isSynAck = first.Flags.HasFlag(TcpFlags.Syn) && first.Flags.HasFlag(TcpFlags.Ack);
        bool fromClient = first.Flags.HasFlag(TcpFlags.Syn) ? !isSynAck : first.FromPort >= first.ToPort;
        Stream = first.Stream;
        Client = fromClient ? new(first.From, first.FromPort) : new(first.To, first.ToPort);
        Server = fromClient ? new(first.To, first.ToPort) : new(first.From, first.FromPort);
    }

    /// <summary>Wireshark's number of the connection: <c>tcp.stream</c>.</summary>
    public int Stream { get; }

    /// <summary>
    /// The end that sent the SYN. If the SYN is not in the capture, usually the end with the higher port.
    /// </summary>
    public CapturedEnd Client { get; }

    /// <summary>The other end.</summary>
    public CapturedEnd Server { get; }

    /// <summary>The kept segments, in the order of the capture, without duplicates.</summary>
    public IReadOnlyList<CapturedSegment> Segments => _segments;

    /// <summary>When its last segment was captured, in nanoseconds since 1970.</summary>
    public long LastAt { get; private set; }

    /// <summary>The frames that contain the same packet as an earlier frame, at most 1,000.</summary>
    public IReadOnlyList<int> DuplicateFrames => _rare?.Duplicates ?? [];

    /// <summary>How many such frames there are.</summary>
    public int Duplicates { get; private set; }

    /// <summary>How many frames the capture contains only in part.</summary>
    public int Snapped { get; private set; }

    /// <summary>
    /// The frames of an older connection between the same ends, which the server still held when the SYN arrived: the
    /// server's ACK, and the client's RST that answers the ACK.
    /// </summary>
    public IReadOnlyList<int> OlderFrames => _rare?.Older ?? [];

    /// <summary>The ICMP errors that quote one of its segments, at most 1,000.</summary>
    public IReadOnlyList<IcmpError> IcmpErrors => _rare?.IcmpErrors ?? [];

    /// <summary>The direction from an end.</summary>
    public DirectionTracker From(Side side) => side == Side.Client ? _client : _server;

    /// <summary>The end of a side.</summary>
    public CapturedEnd End(Side side) => side == Side.Client ? Client : Server;

    /// <summary>
    /// The number of segments of a kind, including those that are not kept. New segments, and those with a FIN, are not
    /// counted.
    /// </summary>
    public int Count(SegmentKind kind) => _kinds?.GetValueOrDefault(kind) ?? 0;

    /// <summary>
    /// By how many bits the windows of an end are shifted: 0 unless both SYNs have the window scale option; null if a
    /// SYN was not captured completely.
    /// </summary>
    public int? WindowShift(Side side) =>
        (From(side).OfferedShift, From(side.Peer()).OfferedShift) switch
        {
            (null, _) or (_, null) => null,
            ( < 0, _) or (_, < 0) => 0,
            var (own, _) => own,
        };

    /// <summary>
    /// Whether a frame begins another connection between the same ends: it is a SYN with another sequence number, and
    /// no simultaneous open.
    /// </summary>
    public bool IsFollowedBy(CapturedFrame frame) =>
        (frame.Flags & (TcpFlags.Syn | TcpFlags.Ack)) == TcpFlags.Syn && LastAt > 0
            && !(IsFromServer(frame) && _syn is not null && _server.Next is null)      // both open simultaneously
            && !(_syn is null ? frame.FromPort != Client.Port : _syn == frame.Sequence);

    // If the server still holds an older connection, it answers the SYN with an ACK of that connection. The client
    // answers with a RST, whose sequence number is the acknowledgement number of the ACK, and repeats its SYN.
    private bool IsOfOlderConnection(CapturedFrame frame, Side side)
    {
        if (_syn is not { } syn || _server.Next is not null) return false;
        if (side == Side.Server && (frame.Flags & (TcpFlags.Syn | TcpFlags.Rst | TcpFlags.Fin)) == 0)
        {
            _olderAck = frame.Acknowledgement;
            return frame.Acknowledgement != syn + 1;
        }

        return side == Side.Client && (frame.Flags & TcpFlags.Rst) != 0 && _olderAck == frame.Sequence;
    }

    private bool IsFromServer(CapturedFrame frame) =>
        frame.FromPort == Server.Port && frame.From == Server.Address;

    /// <summary>Adds the next frame.</summary>
    public void Add(CapturedFrame frame)
    {
        Side side = frame.FromPort == Client.Port && frame.From == Client.Address ? Side.Client : Side.Server;
        if (frame.IsSnapped) Snapped++;
        if (_duplicates.IsCopy(frame, side, out int receivedIn))
        {
            Duplicates++;
            if ((_rare ??= new()).Duplicates.Count < MaxDuplicates) _rare.Duplicates.Add(frame.Number);
            if (receivedIn > 0) MarkForwarded(receivedIn);
            return;
        }

        DirectionTracker own = From(side), other = From(side.Peer());
        if (IsOfOlderConnection(frame, side))
        {
            (_rare ??= new()).Older.Add(frame.Number);
            return;
        }

        CapturedSegment segment = ToSegment(frame, side);
        own.Add(segment, other, frame.TimeStamp);
        if (segment.Has(TcpFlags.Syn) && _rare is { Older.Count: > 0 }) segment.Kind = SegmentKind.New;
        if (segment.Kind != SegmentKind.New && !segment.Has(TcpFlags.Fin))
        {
            _kinds ??= [];
            _kinds[segment.Kind] = _kinds.GetValueOrDefault(segment.Kind) + 1;
        }

        if (segment.Has(TcpFlags.Ack) && !segment.Has(TcpFlags.Rst))
            other.Acknowledge(segment.Acknowledgement, segment.IsPureAck);
        if (!segment.Has(TcpFlags.Rst)) own.Window = segment.Window;
        if (segment.Has(TcpFlags.Syn))
        {
            if (!frame.IsSnapped) own.OfferedShift = frame.WindowShift ?? -1;
            if (side == Side.Client) _syn = frame.Sequence;
        }

        LastAt = segment.At;
        Keep(segment);
    }

    private CapturedSegment ToSegment(CapturedFrame frame, Side side) => new()
    {
        Frame = frame.Number,
        At = frame.At,
        Side = side,
        Flags = frame.Flags,
        Length = frame.Length,
        Sequence = From(side).RelativeSequence(frame.Sequence, frame.Flags.HasFlag(TcpFlags.Syn)),
        Acknowledgement = frame.Flags.HasFlag(TcpFlags.Ack)
            ? From(side.Peer()).RelativeAcknowledgement(frame.Acknowledgement) : 0,
        RawSequence = frame.Sequence,
        RawAcknowledgement = frame.Acknowledgement,
        Window = frame.Window,
        IpId = frame.IpId,
        Ttl = frame.Ttl,
        Way = frame.Way,
    };

    /// <summary>Adds the next ICMP error, unless it is a copy or there are too many.</summary>
    public void Add(IcmpFrame frame)
    {
        List<IcmpError> errors = (_rare ??= new()).IcmpErrors;
        bool isCopy = frame.IpId != 0 && errors.Count > 0 && errors[^1].IpId == frame.IpId
            && errors[^1].From == frame.From;
        if (isCopy || errors.Count == MaxIcmpErrors) return;
        errors.Add(new IcmpError(frame.Number, frame.From, frame.Quoted == Client ? Side.Client : Side.Server,
            frame.Kind, frame.Mtu, frame.IpId));
    }

    private void MarkForwarded(int frame)
    {
        for (int i = _segments.Count - 1; i >= 0 && _segments[i].Frame >= frame; i--)
            if (_segments[i].Frame == frame) _segments[i].IsForwarded = true;
        if (_recent?.FirstOrDefault(s => s.Frame == frame) is { } recent) recent.IsForwarded = true;
    }

    // Keeps a segment that is one of the first, remarkable, or close to a remarkable one, up to a maximum number.
    private void Keep(CapturedSegment segment)
    {
        bool isFlag = segment.Has(TcpFlags.Syn | TcpFlags.Fin | TcpFlags.Rst);
        bool isRemarkable = isFlag || segment.Kind != SegmentKind.New;
        if (isRemarkable && _segments.Count < (isFlag ? 2 * MaxKept : MaxKept))
        {
            KeepRecent();
            _keepNext = Math.Max(_keepNext, Context);
        }
        else if (_keepNext == 0 || _segments.Count >= MaxKept)
        {
            _recent ??= new Queue<CapturedSegment>(Context);
            if (_recent.Count == Context) Skip(_recent.Dequeue());
            _recent.Enqueue(segment);
            return;
        }
        else
        {
            _keepNext--;
        }

        Append(segment);
    }

    /// <summary>Keeps the last segments too. Call it after the last frame.</summary>
    public void Complete() => KeepRecent();

    private void KeepRecent()
    {
        while (_recent?.TryDequeue(out CapturedSegment? segment) == true) Append(segment);
    }

    private void Skip(CapturedSegment segment)
    {
        _firstSkipped ??= segment;
        _skipped = (_skipped ?? new(0, 0, 0)).With(segment);
    }

    // If exactly one segment was skipped, it is added too: a line that counts skipped segments would need as much room.
    private void Append(CapturedSegment segment)
    {
        if (_skipped is { Count: 1 }) _segments.Add(_firstSkipped!);
        else segment.Skipped = _skipped;
        _skipped = null;
        _firstSkipped = null;
        _segments.Add(segment);
    }

    // Frames that few connections have.
    private sealed class RareFrames
    {
        public List<int> Duplicates { get; } = [];

        public List<int> Older { get; } = [];

        public List<IcmpError> IcmpErrors { get; } = [];
    }
}

/// <summary>One end of a connection.</summary>
internal readonly record struct CapturedEnd(string Address, int Port)
{
    /// <inheritdoc/>
    public override string ToString() => Address.Contains(':', StringComparison.Ordinal) ? $"[{Address}]:{Port}"
        : $"{Address}:{Port}";
}
