using System.Text;

namespace PathCheck.Protocol;

/// <summary>
/// The far end's answer to a FIN without any data: <c>PATHCHECK/1 fin id=…</c>. The far end sends it before its own
/// FIN. The near end claims the id, so that the connection is not attributed to another near end.
/// </summary>
/// <param name="Id">The id that the far end has assigned to the connection.</param>
internal readonly record struct FinAnswer(ConnectionId Id)
{
    private const string Prefix = PathRequest.Preamble + "fin id=";

    /// <summary>The line on the wire.</summary>
    public byte[] ToLine() => Encoding.ASCII.GetBytes($"{Prefix}{Id}\n");

    /// <summary>Parses a line without its line feed. Its content is not trusted.</summary>
    /// <returns>The answer, or null if the line is not one.</returns>
    public static FinAnswer? Parse(ReadOnlySpan<byte> line)
    {
        string text = Encoding.ASCII.GetString(line);
        return text.StartsWith(Prefix, StringComparison.Ordinal)
            && ConnectionId.TryParse(text[Prefix.Length..], out ConnectionId id)
            ? new FinAnswer(id)
            : null;
    }
}
