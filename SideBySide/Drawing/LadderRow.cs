using System.Net.NetworkInformation;
using SideBySide.Timeline;
using TcpClose.Events;
using TcpClose.Kernel;

namespace SideBySide.Drawing;

/// <summary>
/// One row of a ladder: at most one segment, with its causes on the sender's side and its effects on the receiver's.
/// </summary>
public sealed class LadderRow(long at)
{
    // A call that returns later than this after its segment gets its own row.
    private static readonly TimeSpan SameRowThreshold = TimeSpan.FromMilliseconds(1);
    private int _last = -1;
    private Side? _from;

    /// <summary>
    /// The time of the segment, or else of the first event, in nanoseconds: since 1970 for a capture file, otherwise on
    /// the monotonic clock.
    /// </summary>
    public long At { get; private set; } = at;

    /// <summary>The segment, if there is one.</summary>
    public SegmentEvent? Segment { get; private set; }

    /// <summary>
    /// The number of the segment's frame if a capture file is explained; otherwise the segments are counted from 1.
    /// </summary>
    public int Number { get; set; }

    /// <summary>For a FIN, the index of the earlier row with the call that queued it; otherwise null.</summary>
    public int? SentAt { get; set; }

    /// <summary>The calls, by side.</summary>
    public Dictionary<Side, CallEvent> Calls { get; } = [];

    /// <summary>The states that began, by side.</summary>
    public Dictionary<Side, TcpState> States { get; } = [];

    /// <summary>How each state in <see cref="States"/> is known.</summary>
    public Dictionary<Side, StateSource> Sources { get; } = [];

    /// <summary>The segments that a fold counts; null if the row is no fold.</summary>
    public FoldedSegments? Skipped { get; private set; }

    /// <summary>
    /// The name of the state that begins at a side; empty if none does. An inferred state is in lower case. A question
    /// mark means that the state is uncertain.
    /// </summary>
    public string StateName(Side side) => !States.TryGetValue(side, out TcpState state) ? ""
        : Name(state, Sources.GetValueOrDefault(side));

    /// <summary>The name of a state, spelled as <see cref="StateName"/> describes.</summary>
    public static string Name(TcpState state, StateSource source)
    {
        string name = StateNames.Name(state) ?? "";
        return source switch
        {
            StateSource.Inferred => name.ToLowerInvariant(),
            StateSource.Assumed => name.ToLowerInvariant() + "?",
            _ => name,
        };
    }

    /// <summary>A row for segments that are counted, but not shown.</summary>
    internal static LadderRow Fold(long at, FoldedSegments segments) => new(at) { Skipped = segments };

    /// <summary>The same row with another <see cref="SentAt"/>.</summary>
    internal LadderRow WithSentAt(int? sentAt)
    {
        var copy = (LadderRow)MemberwiseClone();
        copy.SentAt = sentAt;
        return copy;
    }

    /// <summary>Adds the next event if it has a place at the end of the row.</summary>
    public bool TryAdd(TimelineEvent entry)
    {
        Side from = Segment?.Side ?? _from ?? entry.Side;
        int place = Place(entry, from);
        bool taken = entry is CallEvent
            ? Calls.ContainsKey(entry.Side)
            : entry is StateEvent && States.ContainsKey(entry.Side);
        bool tooLate = place > 2 && entry.At - At > SameRowThreshold.TotalNanoseconds;
        if (place <= _last || taken || tooLate) return false;
        _last = place;
        _from = from;
        switch (entry)
        {
            case SegmentEvent segment:
                Segment = segment;
                At = segment.At;
                break;
            case StateEvent state:
                States[state.Side] = state.State;
                Sources[state.Side] = state.Source;
                break;
            case SkippedEvent skipped:
                Skipped = skipped.Segments;
                break;
            case CallEvent call:
                Calls[call.Side] = call;
                break;
        }

        return true;
    }

    // The place of an event in the row: the sender's call (0) and state (1), the segment (2), the receiver's state (3)
    // and call (4). A row without a segment may have a call that causes none (5), and the state that it read (6). A
    // polled state and a fold have rows of their own (7). -1 if the event does not belong to the row.
    private int Place(TimelineEvent entry, Side from) => entry switch
    {
        SkippedEvent => _last < 0 ? 7 : -1,
        StateEvent { IsPolled: true } => _last < 0 ? 7 : -1,
        _ when Skipped is not null => -1,
        SegmentEvent segment when segment.Side == from && IsSentBy(segment) => 2,
        StateEvent { IsBySending: true } sending when Segment is not null || sending.Side != from => -1,
        StateEvent state when state.Side == from && _last == 5 && state.At == At => 6,      // read by the call itself
        StateEvent state when state.Side == from => 1,
        StateEvent when Segment is { IsLost: false } => 3,
        CallEvent { CausesSegments: true } call when call.Side == from => 0,
        CallEvent { CausesSegments: false } call when call.Side == from && Segment is null => 5,
        CallEvent call when call.Side != from && Segment is { IsLost: false } segment && Explains(call, segment) => 4,
        _ => -1,
    };

    // Whether the calls in the row sent the segment. The kernel, not a call, sends a retransmission.
    private bool IsSentBy(SegmentEvent segment) =>
        _last < 0 || (!segment.Segment.IsRetransmission && Calls.Values.All(c => c.CanSend(segment)));

    // Whether the call may have returned because of the segment.
    private static bool Explains(CallEvent call, SegmentEvent segment) => call.Phase switch
    {
        ClosePhase.Connected => segment.Has("SYN"),
        ClosePhase.Accepted => segment.Segment is { Flags: "ACK", Sequence: 1, Length: 0 },
        ClosePhase.Received => segment.Segment.Length > 0,
        ClosePhase.FinRead => segment.Has("FIN"),
        ClosePhase.ResetReceived => segment.Has("RST"),
        _ => false,
    };
}
