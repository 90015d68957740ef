using SideBySide.Captures;

namespace SideBySide.Explaining.Resets;

/// <summary>A RST of a capture.</summary>
/// <param name="Segment">The segment.</param>
/// <param name="Kind">Why it was sent.</param>
/// <param name="IsCertain">Whether the capture proves the kind; otherwise it is the likely one.</param>
internal sealed record CapturedReset(CapturedSegment Segment, ResetKind Kind, bool IsCertain)
{
    /// <summary>The segment that it answers, if it answers one.</summary>
    public CapturedSegment? Answered { get; init; }

    /// <summary>Whether its number is outside of what its receiver may accept.</summary>
    public bool IsOutOfWindow { get; init; }

    /// <summary>
    /// Whether its receiver must ignore it because of its number, although the connection is open (RFC 5961).
    /// </summary>
    public bool IsIgnored { get; init; }

    /// <summary>
    /// For <see cref="ResetKind.UnreadData"/>, the number of bytes that the sender of the RST received after it had
    /// last sent data; perhaps it has not read them. Otherwise 0.
    /// </summary>
    public long Unread { get; init; }

    /// <summary>How long neither end had sent data, a SYN, a FIN or another RST before it.</summary>
    public TimeSpan Silence { get; init; }

    /// <summary>
    /// A later segment of the same end, which proves that another device sent the RST; null without such a segment.
    /// </summary>
    public CapturedSegment? Disproof { get; init; }

    /// <summary>
    /// An earlier RST of the peer, which had already ended the connection at the sender of this RST; null if there is
    /// none.
    /// </summary>
    public CapturedReset? EndedBy { get; init; }

    /// <summary>Whether the host of the capture sent it, in the name of the end.</summary>
    public bool IsOfCapturingHost { get; init; }

    /// <summary>A weak sign that a device may have sent the RST; null without such a sign.</summary>
    public string? NextHop { get; init; }

    /// <summary>The sign that another device sent the RST in the name of the end, in words; null without one.</summary>
    public string? Suspicion { get; init; }
}
