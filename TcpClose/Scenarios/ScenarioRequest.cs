using System.Text;
using TcpClose.Events;

namespace TcpClose.Scenarios;

/// <summary>
/// The request for a scenario, in the first line of a client's stream:
/// <c>TCPCLOSE/1 scenario [hold=200ms] [bytes=64KiB]</c> and a line feed, in ASCII.
/// </summary>
/// <param name="Scenario">The scenario's name in <see cref="ScenarioTable"/>.</param>
/// <param name="Hold">How long the server waits before it continues.</param>
/// <param name="Bytes">The number of bytes that the server sends.</param>
public sealed record ScenarioRequest(string Scenario, TimeSpan Hold = default, long Bytes = 0)
{
    /// <summary>The beginning of a request. Anything else is echoed.</summary>
    public const string Preamble = "TCPCLOSE/1 ";

    /// <summary>The beginning of the server's answer to a rejected request; the reason follows.</summary>
    public const string ErrorPrefix = Preamble + "error: ";

    /// <summary>The maximum length of the line in bytes, including its line feed.</summary>
    public const int MaxLength = RequestLine.MaxLength;

    /// <summary>The maximum number of bytes that may be requested.</summary>
    public const long MaxBytes = RequestLine.MaxBytes;

    /// <summary>The maximum wait that may be requested.</summary>
    public static readonly TimeSpan MaxHold = RequestLine.MaxHold;

    private static readonly string[] Names =
        [.. ScenarioTable.All.Where(s => s.NeedsServerSupport).Select(s => s.Name)];

    /// <summary>The line as it is sent.</summary>
    public byte[] ToLine()
    {
        var line = new StringBuilder(Preamble).Append(Scenario);
        if (Hold > TimeSpan.Zero) line.Append(" hold=").Append(new Duration(Hold));
        if (Bytes > 0) line.Append(" bytes=").Append(new ByteSize(Bytes));
        return Encoding.ASCII.GetBytes(line.Append('\n').ToString());
    }

    /// <summary>Parses a line without its line feed. Its contents are not trusted.</summary>
    /// <param name="line">At most <see cref="MaxLength"/> bytes.</param>
    /// <param name="error">The error, in printable ASCII; null if the line is valid.</param>
    /// <returns>The request, or null.</returns>
    public static ScenarioRequest? Parse(ReadOnlySpan<byte> line, out string? error)
    {
        if (RequestLine.Parse(line, Preamble, out error) is not { Name: var name } words) return null;
        if (!Names.Contains(name))
        {
            error = $"no such scenario: use one of {string.Join(", ", Names)}";
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
