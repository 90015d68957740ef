namespace SideBySide.Tracing;

/// <summary>A trace event of the kernel about a segment.</summary>
/// <param name="At">The time, in nanoseconds on the monotonic clock.</param>
/// <param name="Event">The event.</param>
/// <param name="FromPort">The sender's port.</param>
/// <param name="ToPort">The receiver's port.</param>
public sealed record KernelSegment(long At, KernelSegmentEvent Event, int FromPort, int ToPort)
{
    /// <summary>The kernel's name of the reason for a sent RST; otherwise null.</summary>
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
