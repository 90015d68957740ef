using System.Text;
using TcpClose.Events;

namespace TcpClose.Scenarios;

/// <summary>
/// The first line of a client's stream, by which it asks the server for another close than the echo's:
/// <c>TCPCLOSE/1 act [hold=200ms] [bytes=64KiB] [id=…]</c> and a line feed, ASCII, 256 bytes at most. Two questions
/// have the same form: who the server is (<see cref="ServerInfo"/>), and what it saw of a connection (<see cref="Report"/>).
/// </summary>
/// <param name="Scenario">Which close: a name of <see cref="ScenarioTable"/>; or one of the two questions.</param>
/// <param name="Hold">How long the server waits before it goes on, 10 minutes at most.</param>
/// <param name="Bytes">How many bytes the server sends, 1 GiB at most.</param>
/// <param name="Id">By which name the server remembers what it saw of the connection, or is asked for it; null where it does not.</param>
public sealed record ScenarioRequest(string Scenario, TimeSpan Hold = default, long Bytes = 0, ConnectionId? Id = null)
{
    /// <summary>What a request begins with. Anything else is a plain echo, <c>TCPCLOSE/2</c> too.</summary>
    public const string Preamble = "TCPCLOSE/1 ";

    /// <summary>What the server's answer to a request begins with that it refuses; why, stands behind it.</summary>
    public const string ErrorPrefix = Preamble + "error: ";

    /// <summary>The question who the server is; <see cref="TcpClose.Scenarios.ServerInfo"/> answers it.</summary>
    public const string ServerInfo = "hello";

    /// <summary>The question what the server saw of a connection; <see cref="ConnectionReport"/> answers it.</summary>
    public const string Report = "saw";

    /// <summary>The longest line, its line feed included.</summary>
    public const int MaxLength = 256;

    /// <summary>The longest wait that may be asked for.</summary>
    public static readonly TimeSpan MaxHold = TimeSpan.FromMinutes(10);

    /// <summary>The most bytes that may be asked for.</summary>
    public const long MaxBytes = 1L << 30;

    private static readonly string[] Names = [.. ScenarioTable.All.Where(s => s.IsRequestable).Select(s => s.Name), ServerInfo, Report];

    /// <summary>The line as it goes over the wire.</summary>
    public byte[] ToLine()
    {
        var line = new StringBuilder(Preamble).Append(Scenario);
        if (Hold > TimeSpan.Zero) line.Append(" hold=").Append(new Duration(Hold));
        if (Bytes > 0) line.Append(" bytes=").Append(new ByteSize(Bytes));
        if (Id is { } id) line.Append(" id=").Append(id);
        return Encoding.ASCII.GetBytes(line.Append('\n').ToString());
    }

    /// <summary>Reads a line without its line feed; a carriage return before that is no part of it. Nothing that it holds is trusted.</summary>
    /// <param name="line">At most <see cref="MaxLength"/> bytes.</param>
    /// <param name="error">What is wrong, in printable ASCII; null where the line is good.</param>
    /// <returns>The request, or null.</returns>
    public static ScenarioRequest? Parse(ReadOnlySpan<byte> line, out string? error)
    {
        error = null;
        if (line is [.. var before, (byte)'\r']) line = before;
        foreach (byte b in line)
            if (b is < 0x20 or > 0x7e) return Reject("only printable ASCII may stand in the line", out error);
        string text = Encoding.ASCII.GetString(line);
        if (!text.StartsWith(Preamble, StringComparison.Ordinal)) return Reject($"the line does not begin with {Preamble}", out error);

        string[] words = text[Preamble.Length..].Split(' ');
        if (!Names.Contains(words[0])) return Reject($"no such act: give one of {string.Join(", ", Names)}", out error);

        ScenarioRequest? request = new(words[0]);
        var given = new HashSet<string>();
        foreach (string word in words.Skip(1))
        {
            string[] pair = word.Split('=', 2);
            if (pair.Length != 2 || !given.Add(pair[0])) return Reject("after the act stand key=value pairs, each key once", out error);
            request = request.With(pair[0], pair[1], out error);
            if (request is null) return null;
        }

        return request is { Scenario: Report, Id: null } ? Reject("saw takes the id of a connection", out error) : request;
    }

    private ScenarioRequest? With(string key, string value, out string? error)
    {
        error = null;
        switch (key)
        {
            case "hold" or "bytes" or "id" when !Takes(key):
                return Reject($"{Scenario} takes no {key}", out error);
            case "hold":
                return Duration.TryParse(value, out Duration hold) && hold.Span <= MaxHold
                    ? this with { Hold = hold.Span }
                    : Reject("hold takes 0, 200ms, 2s or 1m, up to 10 minutes", out error);
            case "bytes":
                return ByteSize.TryParse(value, out ByteSize size) && size.Bytes <= MaxBytes
                    ? this with { Bytes = size.Bytes }
                    : Reject("bytes takes 0, 512 or 64KiB, up to 1GiB", out error);
            case "id":
                return ConnectionId.TryParse(value, out ConnectionId id)
                    ? this with { Id = id }
                    : Reject("id takes 32 hexadecimal digits", out error);
            default:
                return Reject("the only keys are hold, bytes and id", out error);
        }
    }

    // Every act may have a name; of the questions only the one that asks for it.
    private bool Takes(string key) => Scenario switch
    {
        ServerInfo => false,
        Report => key == "id",
        _ => key == "id" || ScenarioTable.Find(Scenario).Parameters.Contains(key),
    };

    private static ScenarioRequest? Reject(string why, out string? error)
    {
        error = why;
        return null;
    }
}
