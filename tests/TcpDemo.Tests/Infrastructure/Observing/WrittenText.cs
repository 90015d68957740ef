namespace TcpDemo.Tests.Infrastructure.Observing;

/// <summary>
/// Reads all output of a program, and keeps only the lines that must not be there: those with control characters or a
/// given word, and those that are too long.
/// </summary>
public sealed class WrittenText
{
    private const int MaxKept = 20, MaxLineLength = 4096;

    private readonly List<byte> _line = [];

    /// <summary>The number of lines.</summary>
    public long Lines { get; private set; }

    /// <summary>The lines that must not be there; only the first 20.</summary>
    public List<string> Bad { get; } = [];

    /// <summary>Reads to the end of the stream.</summary>
    public static async Task<WrittenText> ReadAsync(Stream stream, params string[] trouble)
    {
        var text = new WrittenText();
        byte[] buffer = new byte[64 * 1024];
        while (await stream.ReadAsync(buffer) is var count and > 0) text.Add(buffer.AsSpan(0, count), trouble);
        if (text._line.Count > 0) text.EndLine(trouble);
        return text;
    }

    private void Add(ReadOnlySpan<byte> bytes, string[] trouble)
    {
        foreach (byte b in bytes)
        {
            if (b == '\n') EndLine(trouble);
            else if (_line.Count <= MaxLineLength) _line.Add(b);
        }
    }

    private void EndLine(string[] trouble)
    {
        Lines++;
        string line = Encoding.UTF8.GetString([.. _line]);
        bool isTooLong = _line.Count > MaxLineLength;
        _line.Clear();
        if (Bad.Count < MaxKept
            && (isTooLong || line.Any(char.IsControl) || trouble.Any(t => line.Contains(t, StringComparison.Ordinal))))
            Bad.Add(string.Concat(line.Select(c => char.IsControl(c) ? $"\\u{(int)c:x4}" : $"{c}")));
    }
}
