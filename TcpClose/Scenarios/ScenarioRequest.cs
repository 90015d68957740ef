using System.Text;
using TcpClose.Events;

namespace TcpClose.Scenarios;

/// <summary>
/// The first line of a client's stream, by which it asks the server for another close than the echo's:
/// <c>TCPCLOSE/1 scenario [hold=200ms] [bytes=64KiB]</c> and a line feed, ASCII, 256 bytes at most.
/// </summary>
/// <param name="Scenario">The scenario to play: a name of <see cref="ScenarioTable"/>.</param>
/// <param name="Hold">How long the server waits before it goes on, 10 minutes at most.</param>
/// <param name="Bytes">How many bytes the server sends, 1 GiB at most.</param>
public sealed record ScenarioRequest(string Scenario, TimeSpan Hold = default, long Bytes = 0)
{
    /// <summary>What a request begins with. Anything else is a plain echo, <c>TCPCLOSE/2</c> too.</summary>
    public const string Preamble = "TCPCLOSE/1 ";

    /// <summary>What the server's answer to a refused request begins with; the reason follows.</summary>
    public const string ErrorPrefix = Preamble + "error: ";

    /// <summary>The maximum length of the line in bytes, including its line feed.</summary>
    public const int MaxLength = RequestLine.MaxLength;

    /// <summary>The maximum number of bytes that may be asked for.</summary>
    public const long MaxBytes = RequestLine.MaxBytes;

    /// <summary>The longest wait that may be asked for.</summary>
    public static readonly TimeSpan MaxHold = RequestLine.MaxHold;

    private static readonly string[] Names =
        [.. ScenarioTable.All.Where(s => s.NeedsServerSupport).Select(s => s.Name)];

    /// <summary>The line as it goes over the wire.</summary>
    public byte[] ToLine()
    {
        var line = new StringBuilder(Preamble).Append(Scenario);
        if (Hold > TimeSpan.Zero) line.Append(" hold=").Append(new Duration(Hold));
        if (Bytes > 0) line.Append(" bytes=").Append(new ByteSize(Bytes));
        return Encoding.ASCII.GetBytes(line.Append('\n').ToString());
    }

    /// <summary>Reads a line without its line feed. Nothing that it holds is trusted.</summary>
    /// <param name="line">At most <see cref="MaxLength"/> bytes.</param>
    /// <param name="error">What is wrong, in printable ASCII; null if the line is good.</param>
    /// <returns>The request, or null.</returns>
    public static ScenarioRequest? Parse(ReadOnlySpan<byte> line, out string? error)
    {
        if (RequestLine.Parse(line, Preamble, out error) is not { Name: var name } words) return null;
        if (!Names.Contains(name))
        {
            error = $"no such scenario: give one of {string.Join(", ", Names)}";
            return null;
        }

        TimeSpan hold = default;
        long bytes = 0;
        error = words.ReadParameters((key, value) => key switch
        {
            "hold" or "bytes" when !ScenarioTable.Find(name).Parameters.Contains(key) => $"{name} takes no {key}",
            "hold" => RequestLine.ReadHold(value, out hold),
            "bytes" => RequestLine.ReadBytes(value, out bytes),
            _ => "the only keys are hold and bytes",
        });
        return error is null ? new ScenarioRequest(name, hold, bytes) : null;
    }
}
