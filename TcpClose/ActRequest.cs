using System.Text;

namespace TcpClose;

/// <summary>
/// The first line of a client's stream, by which it asks the server for another close than the echo's:
/// <c>TCPCLOSE/1 act [hold=200ms] [bytes=64KiB]</c> and a line feed, ASCII, 256 bytes at most.
/// </summary>
/// <param name="Act">Which close: a name of <see cref="Scenarios"/>.</param>
/// <param name="Hold">How long the server waits before it goes on, 10 minutes at most.</param>
/// <param name="Bytes">How many bytes the server sends, 1 GiB at most.</param>
public sealed record ActRequest(string Act, TimeSpan Hold = default, long Bytes = 0)
{
    /// <summary>What a request begins with. Anything else is a plain echo, <c>TCPCLOSE/2</c> too.</summary>
    public const string Greeting = "TCPCLOSE/1 ";

    /// <summary>The longest line, its line feed included.</summary>
    public const int MaxLength = 256;

    /// <summary>The longest wait that may be asked for.</summary>
    public static readonly TimeSpan LongestHold = TimeSpan.FromMinutes(10);

    /// <summary>The most bytes that may be asked for.</summary>
    public const long MostBytes = 1L << 30;

    /// <summary>The line as it goes over the wire.</summary>
    public byte[] ToLine()
    {
        var line = new StringBuilder(Greeting).Append(Act);
        if (Hold > TimeSpan.Zero) line.Append(" hold=").Append(new Duration(Hold));
        if (Bytes > 0) line.Append(" bytes=").Append(new Size(Bytes));
        return Encoding.ASCII.GetBytes(line.Append('\n').ToString());
    }

    /// <summary>Reads a line without its line feed. Nothing that it holds is trusted.</summary>
    /// <param name="line">At most <see cref="MaxLength"/> bytes.</param>
    /// <param name="error">What is wrong, in printable ASCII; null where the line is good.</param>
    /// <returns>The request, or null.</returns>
    public static ActRequest? Parse(ReadOnlySpan<byte> line, out string? error)
    {
        error = null;
        foreach (byte b in line)
            if (b is < 0x20 or > 0x7e) return Refuse("only printable ASCII may stand in the line", out error);
        string text = Encoding.ASCII.GetString(line);
        if (!text.StartsWith(Greeting, StringComparison.Ordinal)) return Refuse($"the line does not begin with {Greeting}", out error);

        string[] words = text[Greeting.Length..].Split(' ');
        if (!Scenarios.All.Any(s => s.IsAct && s.Name == words[0]))
            return Refuse($"no such act: give one of {string.Join(", ", Scenarios.All.Where(s => s.IsAct).Select(s => s.Name))}", out error);

        var request = new ActRequest(words[0]);
        var given = new HashSet<string>();
        foreach (string word in words.Skip(1))
        {
            string[] pair = word.Split('=', 2);
            if (pair.Length != 2 || !given.Add(pair[0])) return Refuse("after the act stand key=value pairs, each key once", out error);
            switch (pair[0])
            {
                case "hold" when Duration.TryParse(pair[1], out Duration hold) && hold.Span <= LongestHold:
                    request = request with { Hold = hold.Span };
                    break;
                case "bytes" when Size.TryParse(pair[1], out Size size) && size.Bytes <= MostBytes:
                    request = request with { Bytes = size.Bytes };
                    break;
                case "hold":
                    return Refuse("hold takes 0, 200ms, 2s or 1m, up to 10 minutes", out error);
                case "bytes":
                    return Refuse("bytes takes 0, 512 or 64KiB, up to 1GiB", out error);
                default:
                    return Refuse("the only keys are hold and bytes", out error);
            }
        }

        return request;
    }

    private static ActRequest? Refuse(string why, out string? error)
    {
        error = why;
        return null;
    }
}
