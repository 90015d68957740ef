using System.Text;
using PathCheck.Protocol;
using TcpClose.Cli;
using TcpClose.Events;

namespace PathCheck.NearEnd;

/// <summary>Explains an answer that is not one of this protocol, and what to do about it.</summary>
internal static class UnusableAnswer
{
    /// <summary>The exception for an answer that cannot be parsed.</summary>
    /// <param name="request">The request that was sent.</param>
    /// <param name="answer">The line that was received; empty if there was none.</param>
    public static CommandException ToException(PathRequest request, byte[] answer) => new(Explain(request, answer));

    // An EchoServer echoes the request line, because it is not one of its own requests.
    private static string Explain(PathRequest request, byte[] answer)
    {
        string text = Encoding.ASCII.GetString(answer);
        return
            answer.Length == 0
                ? "the path accepts the connection, but no server answers: start PathCheck serve at its far end."
            : answer.AsSpan().SequenceEqual(request.ToLine().AsSpan()[..^1])
                ? "the far end echoes what it receives, as EchoServer does: start PathCheck serve there instead."
            : text.StartsWith(PathRequest.ErrorPrefix, StringComparison.Ordinal)
                ? $"the far end rejects a request ({Printable.Quote(answer)}): " +
                    "start the same version of PathCheck serve there, or try again later."
            : text.StartsWith("PATHCHECK/", StringComparison.Ordinal)
                ? "the far end answers in a format that this version cannot read: " +
                    "start the same version of PathCheck serve there."
            : $"the far end is not PathCheck; it answers {Printable.Quote(answer)}: start PathCheck serve there.";
    }
}
