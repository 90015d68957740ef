namespace SideBySide.Tracing;

/// <summary>What a kernel reported of a segment, in one of its trace events.</summary>
/// <param name="At">The time, in nanoseconds on the monotonic clock.</param>
/// <param name="Event">The event.</param>
/// <param name="FromPort">The port of the end that sent the segment.</param>
/// <param name="ToPort">The port of its peer.</param>
public sealed record KernelSegment(long At, KernelSegmentEvent Event, int FromPort, int ToPort)
{
    /// <summary>For a RST that was sent: the kernel's name of the reason. Null for the other events.</summary>
    public string? Reason { get; init; }
}

/// <summary>The trace events of segments.</summary>
public enum KernelSegmentEvent
{
    /// <summary><c>tcp:tcp_send_reset</c>: a RST was sent.</summary>
    ResetSent,

    /// <summary><c>tcp:tcp_receive_reset</c>: a socket received a RST.</summary>
    ResetReceived,

    /// <summary><c>tcp:tcp_retransmit_skb</c>: a segment was sent again.</summary>
    Retransmitted,
}
