using TcpClose.Cli;

namespace PathCheck.NearEnd;

/// <summary>A path that has worked accepts no more connections, or its far end no longer answers.</summary>
internal sealed class PathStoppedException(string message, bool hasEnded) : CommandException(message)
{
    /// <summary>Whether the path accepts no more connections.</summary>
    public bool HasEnded { get; } = hasEnded;
}
