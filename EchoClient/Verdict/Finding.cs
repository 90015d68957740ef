using System.Globalization;

namespace EchoClient.Verdict;

/// <summary>Who half-closes first, in checks that do.</summary>
internal enum First
{
    Client,
    Server,
    Nobody,
}

/// <summary>The result of one check.</summary>
/// <param name="Check">What was done, for people.</param>
/// <param name="First">Who half-closed first.</param>
/// <param name="Hold">How long the half-closed connection was silent; null where that is no part of the check.</param>
/// <param name="Word">What the path did.</param>
/// <param name="Seen">What the two ends saw, for people.</param>
internal sealed record Finding(string Check, First First, TimeSpan? Hold, Word Word, string Seen)
{
    /// <summary>When the connection was cut, since the half-close began; null where nobody saw it.</summary>
    public TimeSpan? CutAfter { get; init; }

    /// <summary>Whether it is about resets only, which most relays do not pass on.</summary>
    public bool IsRemark { get; init; }

    /// <summary>The word, and the time where it has one.</summary>
    public string Result => Word == Word.Cut && CutAfter is { } after
        ? string.Create(CultureInfo.InvariantCulture, $"cut after {after.TotalSeconds:0.00} s")
        : Words.Of(Word);
}
