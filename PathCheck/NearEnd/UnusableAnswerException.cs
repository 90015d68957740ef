using TcpClose.Cli;

namespace PathCheck.NearEnd;

/// <summary>The answer to a request cannot be parsed, or there is no answer.</summary>
/// <param name="message">What happened, and what to do.</param>
/// <param name="isMissing">Whether there is no answer.</param>
internal sealed class UnusableAnswerException(string message, bool isMissing) : CommandException(message)
{
    /// <summary>Whether there is no answer.</summary>
    public bool IsMissing { get; } = isMissing;
}
