using System.Net.NetworkInformation;
using SideBySide.Tracing;
using TcpClose.Events;
using TcpClose.Kernel;

namespace SideBySide.Timeline;

/// <summary>Something that happened at one moment.</summary>
/// <param name="At">The time, in nanoseconds on the monotonic clock (<see cref="Clock"/>).</param>
/// <param name="Side">The side where it happened; for a segment, the side that sent it.</param>
public abstract record TimelineEvent(long At, Side Side);

/// <summary>A socket call, from an event of a console.</summary>
/// <param name="At">The time of the call, or, if it waited for the peer, of its return.</param>
/// <param name="Side">The side.</param>
/// <param name="Phase">The event's phase.</param>
/// <param name="Call">The call in a word or two, for the picture.</param>
public sealed record CallEvent(long At, Side Side, ClosePhase Phase, string Call) : TimelineEvent(At, Side)
{
    /// <summary>For the last of several calls in a direction: the number of all these calls. Otherwise null.</summary>
    public long? Calls { get; init; }

    /// <summary>If this represents calls that the console did not report, their number; otherwise 0.</summary>
    public long LeftOut { get; init; }

    /// <summary>
    /// Which call found a RST; null if this call found none. Any text that is not in <see cref="CallOutcomes"/> means
    /// that the program read the socket's pending error.
    /// </summary>
    public string? Failed { get; init; }

    /// <summary>Whether the kernel gave up on the connection after a time-out.</summary>
    public bool IsTimeOut { get; init; }

    /// <summary>When the call returned.</summary>
    public long ReturnedAt { get; init; } = At;

    /// <summary>The call in full; null if this is not a single call.</summary>
    public CallDetails? Details { get; init; }

    /// <summary>Whether the call can cause a segment. The other calls report a segment that arrived.</summary>
    public bool CausesSegments => Phase is ClosePhase.Connecting or ClosePhase.Sent or ClosePhase.FinQueued
        or ClosePhase.Aborted or ClosePhase.SocketClosed;
}

/// <summary>A change of a socket's state.</summary>
/// <param name="At">The time of the change. For a state that was only read: the time of the reading.</param>
/// <param name="Side">The side.</param>
/// <param name="State">The state.</param>
public sealed record StateEvent(long At, Side Side, TcpState State) : TimelineEvent(At, Side)
{
    /// <summary>How the state is known.</summary>
    public StateSource Source { get; init; }

    /// <summary>
    /// Whether the state began because the side sent the segment that follows. If false, the segment before may have
    /// caused it.
    /// </summary>
    public bool IsBySending { get; init; }

    /// <summary>Whether the state was found by queries at intervals. It may have begun earlier.</summary>
    public bool IsPolled { get; init; }
}

/// <summary>How a state is known.</summary>
public enum StateSource
{
    /// <summary>A kernel reported it.</summary>
    Kernel,

    /// <summary>The segments prove it, with the rules of RFC 9293.</summary>
    Inferred,

    /// <summary>
    /// The state follows if the end sent or received a certain segment. Nothing in the capture proves that it did.
    /// </summary>
    Assumed,
}

/// <summary>Segments that are counted, but not shown.</summary>
/// <param name="At">The time of the segment that follows.</param>
/// <param name="Side">The sender of the segment that follows.</param>
/// <param name="Segments">Their number and their bytes.</param>
public sealed record SkippedEvent(long At, Side Side, FoldedSegments Segments) : TimelineEvent(At, Side);

/// <summary>A captured segment.</summary>
/// <param name="At">
/// When it was captured, in nanoseconds. In a run, this is the time of the monotonic clock; in a capture file, it is
/// the time since 1970.
/// </param>
/// <param name="Side">The sender.</param>
/// <param name="Segment">The segment.</param>
/// <param name="IsLost">Whether it was dropped on purpose before it arrived.</param>
public sealed record SegmentEvent(long At, Side Side, Segment Segment, bool IsLost) : TimelineEvent(At, Side)
{
    /// <summary>The kernel's reason for a RST, such as <c>TCP_ABORT_ON_CLOSE</c>; null if not traced.</summary>
    public string? ResetReason { get; init; }

    /// <summary>For a RST, whether the kernel's trace shows that a socket received it.</summary>
    public bool IsReceived { get; init; }

    /// <summary>Whether the kernel's trace shows that this is a retransmission.</summary>
    public bool IsTracedRetransmission { get; init; }

    /// <summary>Whether the segment has a flag.</summary>
    public bool Has(string flag) => Segment.Flags.Split(' ').Contains(flag);

    /// <summary>The number that acknowledges the whole segment. SYN and FIN occupy one sequence number each.</summary>
    public long End => Segment.Sequence + Segment.Length + (Has("SYN") ? 1 : 0) + (Has("FIN") ? 1 : 0);
}
