using PathCheck.Protocol;

namespace PathCheck.Classifying;

/// <summary>What the near end observed of a connection.</summary>
/// <param name="Received">How many bytes were received.</param>
/// <param name="Expected">How many had to be received.</param>
/// <param name="IsAltered">Whether a byte was wrong, or one too many.</param>
internal sealed record NearObservation(long Received, long Expected, bool IsAltered)
{
    /// <summary>Whether what was received is right and not all of it.</summary>
    public bool IsShort => !IsAltered && Received < Expected;

    /// <summary>Whether the path took no more of what was sent, and the rest was never sent.</summary>
    public bool HasStalled { get; init; }

    /// <summary>How the stream ended.</summary>
    public StreamEnd End { get; init; }

    /// <summary>When it ended, or when the wait for that was given up, since the half-close began.</summary>
    public TimeSpan EndedAfter { get; init; }

    /// <summary>The same; null if the half-close had not begun: an end before it has nothing to do with it.</summary>
    public TimeSpan? EndedAfterHalfClose { get; init; }

    /// <summary>When the connection was reset, if a call failed or the kernel reported it.</summary>
    public TimeSpan? ResetAfter { get; init; }

    /// <summary>How long the near end was silent, if it was for the near end to be silent.</summary>
    public TimeSpan ActualHold { get; init; }

    /// <summary>The longest time, since the connection was opened, for which this process did not run.</summary>
    public TimeSpan Pause { get; init; }
}
