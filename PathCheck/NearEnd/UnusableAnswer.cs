using System.Text;
using PathCheck.Protocol;
using TcpClose.Events;

namespace PathCheck.NearEnd;

/// <summary>Explains an answer that is missing or cannot be used, and what to do about it.</summary>
internal static class UnusableAnswer
{
    /// <summary>The exception for an answer that is missing or cannot be parsed.</summary>
    /// <param name="request">The request that was sent.</param>
    /// <param name="answer">The line that was received; empty if there was none.</param>
    /// <param name="timeout">The time-out that ended the wait for the line; null if something else did.</param>
    /// <param name="hasAnswered">Whether a PathCheck has answered before.</param>
    public static UnusableAnswerException ToException(
        PathRequest request, byte[] answer, TimeSpan? timeout = null, bool hasAnswered = false) =>
        new(hasAnswered && answer.Length > 0 && (!AnswerTally.IsOwn(answer) || AnswerTally.IsEcho(request, answer))
            ? "the path leads to several servers, and one of them is not PathCheck (it answers "
                + $"{Printable.Quote(answer)}): let it lead to PathCheck serve only."
            : Explain(request, answer, Within(timeout)), answer.Length == 0);

    /// <summary>The exception for a far end that answered before and no longer does.</summary>
    /// <param name="timeout">The time-out that ended the last wait; null if something else did.</param>
    public static PathStoppedException HasStopped(TimeSpan? timeout) =>
        new($"the far end has stopped answering{Within(timeout)}: check that PathCheck serve still runs there, and " +
            "that the path carries several connections at the same time.", hasEnded: false);

    private static string Within(TimeSpan? timeout) =>
        timeout is { } limit ? $" within {new Duration(limit)} (--timeout)" : "";

    private static string Explain(PathRequest request, byte[] answer, string within)
    {
        string text = Encoding.ASCII.GetString(answer);
        return
            answer.Length == 0
                ? $"the path accepts the connection and the request, but no answer comes back{within}: either there "
                    + "is no server (start PathCheck serve at its far end), or the path discards an answer that is "
                    + "directly followed by a FIN, or the port expects another protocol first (put a relay that "
                    + "speaks it at this end)."
            : AnswerTally.IsEcho(request, answer)
                ? "the far end echoes what it receives, as EchoServer does: start PathCheck serve there instead."
            : text.Contains(PathRequest.ProxyHeader, StringComparison.Ordinal)
                ? "the path puts a PROXY header before the data that it forwards: turn that off for PathCheck serve "
                    + "(HAProxy: send-proxy, nginx: proxy_protocol)."
            : text.StartsWith(PathRequest.ErrorPrefix, StringComparison.Ordinal)
                ? $"the far end rejects a request ({Printable.Quote(answer)}): " +
                    "start the same version of PathCheck serve there, or try again later."
            : text.StartsWith("PATHCHECK/", StringComparison.Ordinal)
                ? "the far end answers in a format that this version cannot read: " +
                    "start the same version of PathCheck serve there."
            : ForeignProtocol.Recognize(answer) is var (what, advice)
                ? $"the path leads to {what}, which answers {Printable.Quote(answer)}: {advice}."
            : $"the far end is not PathCheck; it answers {Printable.Quote(answer)}: start PathCheck serve there.";
    }
}
