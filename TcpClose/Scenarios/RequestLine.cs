using System.Text;
using TcpClose.Events;

namespace TcpClose.Scenarios;

/// <summary>
/// The request in the first line of a stream: a preamble, a name, then <c>key=value</c> pairs, in ASCII. Its contents
/// are not trusted.
/// </summary>
public sealed class RequestLine
{
    /// <summary>The maximum length of a line in bytes, including its line feed.</summary>
    public const int MaxLength = 256;

    /// <summary>The maximum number of bytes that a line may request.</summary>
    public const long MaxBytes = 1L << 30;

    /// <summary>The maximum wait that a line may request.</summary>
    public static readonly TimeSpan MaxHold = TimeSpan.FromMinutes(10);

    private readonly string[] _pairs;

    private RequestLine(string[] words) => (Name, _pairs) = (words[0], words[1..]);

    /// <summary>The word after the preamble.</summary>
    public string Name { get; }

    /// <summary>Parses a line without its line feed.</summary>
    /// <param name="line">At most <see cref="MaxLength"/> bytes.</param>
    /// <param name="preamble">The text with which the line must begin.</param>
    /// <param name="error">
    /// The error, in printable ASCII; null if there is none. <see cref="ReadParameters"/> finds errors in the pairs.
    /// </param>
    public static RequestLine? Parse(ReadOnlySpan<byte> line, string preamble, out string? error)
    {
        if (line is [.. var before, (byte)'\r']) line = before;
        string text = Encoding.ASCII.GetString(line);
        error = line.ContainsAnyExceptInRange((byte)0x20, (byte)0x7e) ? "the line may contain only printable ASCII"
            : !text.StartsWith(preamble, StringComparison.Ordinal) ? $"the line does not begin with {preamble}"
            : null;
        return error is null ? new RequestLine(text[preamble.Length..].Split(' ')) : null;
    }

    /// <summary>Passes the pairs to <paramref name="read"/>, up to the first error.</summary>
    /// <returns>The error; null if every pair is valid.</returns>
    public string? ReadParameters(Func<string, string, string?> read)
    {
        var given = new HashSet<string>();
        foreach (string word in _pairs)
        {
            string[] pair = word.Split('=', 2);
            if (pair.Length != 2 || !given.Add(pair[0]))
                return "after the name, only key=value pairs are allowed, each key once";
            if (read(pair[0], pair[1]) is { } error) return error;
        }

        return null;
    }

    /// <summary>Parses the value of <c>hold</c>; returns the error, or null.</summary>
    public static string? ReadHold(string value, out TimeSpan hold)
    {
        bool good = Duration.TryParse(value, out Duration duration) && duration.Span <= MaxHold;
        hold = good ? duration.Span : default;
        return good ? null : "hold must be a duration such as 200ms or 2s, at most 10 minutes";
    }

    /// <summary>Parses the value of <c>bytes</c>; returns the error, or null.</summary>
    public static string? ReadBytes(string value, out long bytes)
    {
        bool good = ByteSize.TryParse(value, out ByteSize size) && size.Bytes <= MaxBytes;
        bytes = good ? size.Bytes : 0;
        return good ? null : "bytes must be a size such as 512 or 64KiB, at most 1GiB";
    }
}
