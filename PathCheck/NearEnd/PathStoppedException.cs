using TcpClose.Cli;

namespace PathCheck.NearEnd;

/// <summary>A path that has worked accepts no more connections, or its far end no longer answers.</summary>
/// <param name="message">What happened, and what to do.</param>
/// <param name="hasEnded">Whether the path accepts no more connections.</param>
internal sealed class PathStoppedException(string message, bool hasEnded) : CommandException(message)
{
    /// <summary>Whether the path accepts no more connections.</summary>
    public bool HasEnded { get; } = hasEnded;
}
