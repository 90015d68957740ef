using System.Text;

namespace PathCheck.Protocol;

/// <summary>
/// The far end's answer to a FIN without a byte before it, sent after that FIN and before its own: <c>PATHCHECK/1 fin
/// id=…</c>. The near end claims the id, so that the connection is not taken for anybody else's.
/// </summary>
/// <param name="Id">The id that the far end has given to the connection.</param>
internal readonly record struct FinAnswer(ConnectionId Id)
{
    private const string Prefix = PathRequest.Preamble + "fin id=";

    /// <summary>The length of the line in bytes, including its line feed.</summary>
    public static readonly int Length = default(FinAnswer).ToLine().Length;

    /// <summary>The line as it goes over the wire.</summary>
    public byte[] ToLine() => Encoding.ASCII.GetBytes($"{Prefix}{Id}\n");

    /// <summary>Reads a line with its line feed. Nothing that it holds is trusted.</summary>
    /// <returns>The answer, or null if it is no such line.</returns>
    public static FinAnswer? Parse(ReadOnlySpan<byte> line)
    {
        string text = Encoding.ASCII.GetString(line);
        return text.StartsWith(Prefix, StringComparison.Ordinal) && text.EndsWith('\n')
            && ConnectionId.TryParse(text[Prefix.Length..^1], out ConnectionId id)
            ? new FinAnswer(id)
            : null;
    }
}
