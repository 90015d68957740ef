using System.Globalization;
using PathCheck.Protocol;
using TcpClose.Events;

namespace PathCheck.NearEnd;

/// <summary>
/// Counts the answers of each kind of server. Several kinds mean that the path leads to several servers.
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

    /// <summary>Whether only PathCheck serve has answered.</summary>
    public bool HasOnlyOwn => Own > 0 && Echoes + Foreign == 0;

    /// <summary>Counts an answer. An empty answer is not counted: none was received.</summary>
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

    /// <summary>A sentence if both PathCheck serve and another server answered; otherwise null.</summary>
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

    /// <summary>Whether an answer repeats the request, as an EchoServer does.</summary>
    public static bool IsEcho(PathRequest request, ReadOnlySpan<byte> answer) =>
        answer.SequenceEqual(request.ToLine().AsSpan()[..^1]);

    /// <summary>Whether an answer that is no echo comes from PathCheck serve, of any version.</summary>
    public static bool IsOwn(ReadOnlySpan<byte> answer) => answer.StartsWith("PATHCHECK/"u8);
}
