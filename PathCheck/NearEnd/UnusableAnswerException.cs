using TcpClose.Cli;

namespace PathCheck.NearEnd;

/// <summary>The answer to a request cannot be parsed, or there is no answer.</summary>
internal sealed class UnusableAnswerException(string message, bool isMissing) : CommandException(message)
{
    /// <summary>Whether there is no answer.</summary>
    public bool IsMissing { get; } = isMissing;
}
