using SideBySide.Captures;

namespace SideBySide.Explaining.Resets;

/// <summary>A RST of a capture.</summary>
/// <param name="Segment">The segment.</param>
/// <param name="Kind">Why it was sent.</param>
/// <param name="IsCertain">Whether the capture proves the kind; otherwise it is the likely one.</param>
internal sealed record CapturedReset(CapturedSegment Segment, ResetKind Kind, bool IsCertain)
{
    /// <summary>The segment that it answers; null without one.</summary>
    public CapturedSegment? Answered { get; init; }

    /// <summary>Whether its receiver does not accept its number.</summary>
    public bool IsOutOfWindow { get; init; }

    /// <summary>Whether its receiver must ignore it because of its number (RFC 5961).</summary>
    public bool IsIgnored { get; init; }

    /// <summary>
    /// For <see cref="ResetKind.UnreadData"/>, how many bytes the RST's sender received after it had last sent data;
    /// perhaps it has not read them. Otherwise 0.
    /// </summary>
    public long Unread { get; init; }

    /// <summary>How long neither end had sent anything but pure ACKs and probes before it.</summary>
    public TimeSpan Silence { get; init; }

    /// <summary>
    /// A later segment of the same end, which proves that the end did not send the RST; null without one.
    /// </summary>
    public CapturedSegment? Disproof { get; init; }

    /// <summary>The peer's earlier RST, which had already ended the connection at this end; null without one.</summary>
    public CapturedReset? EndedBy { get; init; }

    /// <summary>Whether the host of the capture sent it, in the name of the end.</summary>
    public bool IsOfCapturingHost { get; init; }

    /// <summary>A weak sign that a device may have sent the RST; null without one.</summary>
    public string? NextHop { get; init; }

    /// <summary>The sign that another device sent the RST, in words; null without one.</summary>
    public string? Suspicion { get; init; }
}
