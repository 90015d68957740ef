using System.Globalization;
using PathCheck.Protocol;
using TcpClose.Events;

namespace PathCheck.NearEnd;

/// <summary>
/// Counts the answers to the requests for information, for each kind of server. Each request has a connection of its
/// own, so several kinds of answers mean that the path leads to several servers.
/// </summary>
internal sealed class AnswerTally
{
    private readonly Lock _lock = new();
    private byte[]? _foreign;

    /// <summary>The number of answers from PathCheck serve.</summary>
    public int Own { get; private set; }

    /// <summary>The number of answers that repeat the request.</summary>
    public int Echoes { get; private set; }

    /// <summary>The number of other answers.</summary>
    public int Foreign { get; private set; }

    /// <summary>Whether no server has answered.</summary>
    public bool IsEmpty => Own + Echoes + Foreign == 0;

    /// <summary>Whether PathCheck serve is the only server that has answered.</summary>
    public bool HasOnlyOwn => Own > 0 && Echoes + Foreign == 0;

    /// <summary>Counts an answer.</summary>
    /// <param name="request">The request.</param>
    /// <param name="answer">The line that was received; empty if there was none.</param>
    public void Add(PathRequest request, ReadOnlySpan<byte> answer)
    {
        lock (_lock)
        {
            if (answer.Length == 0) return;
            if (IsEcho(request, answer)) Echoes++;
            else if (IsOwn(answer)) Own++;
            else (Foreign, _foreign) = (Foreign + 1, answer.ToArray());
        }
    }

    /// <summary>
    /// Which servers answered, in a sentence; null unless both PathCheck serve and another server answered.
    /// </summary>
    public string? ExplainSeveral()
    {
        int others = Echoes + Foreign;
        if (Own == 0 || others == 0) return null;
        string[] parts =
        [
            .. Echoes > 0 ? [$"{Echoes} an echo server"] : (string[])[],
            .. Foreign > 0 ? [$"{Foreign} a server that answers {Printable.Quote(_foreign)}"] : (string[])[],
        ];
        return string.Create(CultureInfo.InvariantCulture,
            $"the path leads to several servers: {Own} of {Own + others} connections reached PathCheck serve, " +
            $"and {string.Join(" and ", parts)}: let it lead to PathCheck serve only.");
    }

    /// <summary>
    /// Whether an answer repeats the request. An EchoServer echoes the line, because the requests that it serves have
    /// another preamble.
    /// </summary>
    public static bool IsEcho(PathRequest request, ReadOnlySpan<byte> answer) =>
        answer.SequenceEqual(request.ToLine().AsSpan()[..^1]);

    /// <summary>Whether an answer that is no echo comes from PathCheck serve, of any version.</summary>
    public static bool IsOwn(ReadOnlySpan<byte> answer) => answer.StartsWith("PATHCHECK/"u8);
}
