using System.Text;

namespace PathCheck.Protocol;

/// <summary>
/// The far end's answer to a FIN without any data, sent before its own FIN: <c>PATHCHECK/1 fin id=…</c>. The near end
/// then claims the id, so that the connection is not attributed to another near end.
/// </summary>
/// <param name="Id">The id of the connection.</param>
internal readonly record struct FinAnswer(ConnectionId Id)
{
    private const string Prefix = PathRequest.Preamble + "fin id=";

    /// <summary>The line on the wire.</summary>
    public byte[] ToLine() => Encoding.ASCII.GetBytes($"{Prefix}{Id}\n");

    /// <summary>Parses a line without its line feed; null if it is no such answer.</summary>
    public static FinAnswer? Parse(ReadOnlySpan<byte> line)
    {
        string text = Encoding.ASCII.GetString(line);
        return text.StartsWith(Prefix, StringComparison.Ordinal)
            && ConnectionId.TryParse(text[Prefix.Length..], out ConnectionId id)
            ? new FinAnswer(id)
            : null;
    }
}
