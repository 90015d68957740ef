using PathCheck.Protocol;

namespace PathCheck.Classifying;

/// <summary>What the near end observed of a connection.</summary>
/// <param name="Received">The number of bytes received.</param>
/// <param name="Expected">The number of bytes expected.</param>
/// <param name="IsAltered">Whether a byte was wrong or surplus.</param>
internal sealed record NearObservation(long Received, long Expected, bool IsAltered)
{
    /// <summary>Whether the bytes received are correct but incomplete.</summary>
    public bool IsShort => !IsAltered && Received < Expected;

    /// <summary>Whether the path stopped accepting bytes.</summary>
    public bool HasStalled { get; init; }

    /// <summary>The number of bytes that were sent after the request.</summary>
    public long Sent { get; init; }

    /// <summary>The time from the request to our FIN; zero if it was not recorded.</summary>
    public TimeSpan FinSentAfter { get; init; }

    /// <summary>How the stream ended.</summary>
    public StreamEnd End { get; init; }

    /// <summary>
    /// The time from the half-close to the end of the stream, or until we gave up. Without a half-close, the time is
    /// counted from the opening of the connection.
    /// </summary>
    public TimeSpan EndedAfter { get; init; }

    /// <summary>The same as <see cref="EndedAfter"/>, but null if the stream ended before our half-close.</summary>
    public TimeSpan? EndedAfterHalfClose { get; init; }

    /// <summary>The time from the half-close to a reset; null if none was reported.</summary>
    public TimeSpan? ResetAfter { get; init; }

    /// <summary>How long the near end was silent; zero if it was not.</summary>
    public TimeSpan ActualHold { get; init; }

    /// <summary>The time from the last byte to the end of stream; null if one of them did not arrive.</summary>
    public TimeSpan? FinGap { get; init; }

    /// <summary>The longest pause of this process since the connection was opened.</summary>
    public TimeSpan Pause { get; init; }
}
