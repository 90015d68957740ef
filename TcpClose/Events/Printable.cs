using System.Globalization;
using System.Text;

namespace TcpClose.Events;

/// <summary>Escapes a peer's bytes before they reach a terminal or a log.</summary>
public static class Printable
{
    /// <summary>The maximum number of bytes of a payload to show.</summary>
    public const int MaxBytes = 64;

    /// <summary>
    /// Returns the bytes in double quotes, with the usual escapes or <c>\xNN</c>. After <see cref="MaxBytes"/> bytes
    /// the text is cut, and an ellipsis follows the closing quote.
    /// </summary>
    public static string Quote(ReadOnlySpan<byte> payload)
    {
        var text = new StringBuilder("\"", Math.Min(payload.Length, MaxBytes) + 3);
        foreach (byte b in payload[..Math.Min(payload.Length, MaxBytes)])
        {
            _ = b switch
            {
                (byte)'"' => text.Append("\\\""),
                (byte)'\\' => text.Append("\\\\"),
                (byte)'\n' => text.Append("\\n"),
                (byte)'\r' => text.Append("\\r"),
                (byte)'\t' => text.Append("\\t"),
                >= 0x20 and < 0x7f => text.Append((char)b),
                _ => text.Append(CultureInfo.InvariantCulture, $"\\x{b:x2}"),
            };
        }

        return text.Append(payload.Length > MaxBytes ? "\"…" : "\"").ToString();
    }

    /// <summary>
    /// Returns a text in one line: single spaces between words, and question marks for control characters inside a
    /// word.
    /// </summary>
    public static string OneLine(string text) => string.Join(' ',
        text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Select(word => string.Concat(word.Select(c => char.IsControl(c) ? '?' : c))));
}
