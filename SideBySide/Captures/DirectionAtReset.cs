namespace SideBySide.Captures;

/// <summary>
/// What was known of a RST's sender when the RST was captured. It is noted then, because most segments are not kept.
/// </summary>
internal sealed record DirectionAtReset
{
    /// <summary>The sender's next sequence number; null if it is unknown.</summary>
    public long? Next { get; init; }

    /// <summary>The highest number that the peer had acknowledged.</summary>
    public long Acknowledged { get; init; }

    /// <summary>The peer's captured bytes. If the RST has the ACK flag, only those that it acknowledges.</summary>
    public long Arrived { get; init; }

    /// <summary>The part of <see cref="Arrived"/> that was captured after the sender's last data.</summary>
    public long Unanswered { get; init; }

    /// <summary>When the sender's last data was captured; null without data.</summary>
    public long? LastDataAt { get; init; }

    /// <summary>Keep-alive and window probes of the sender since the peer's last segment.</summary>
    public int UnansweredProbes { get; init; }

    /// <summary>Repetitions of the sender since the peer's last segment.</summary>
    public int UnansweredRepeats { get; init; }

    /// <summary>The sender's headers before the RST.</summary>
    public required HeaderTrend Headers { get; init; }
}
