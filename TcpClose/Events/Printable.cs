using System.Globalization;
using System.Text;

namespace TcpClose.Events;

/// <summary>Makes a peer's bytes safe to look at: they never reach a terminal or a log as they came.</summary>
public static class Printable
{
    /// <summary>How many bytes of a payload are shown at most.</summary>
    public const int MaxBytes = 64;

    /// <summary>
    /// The bytes in double quotes: printable ASCII as it is, line breaks and tabs by their usual escapes, and every
    /// other byte as <c>\xNN</c>. More than <see cref="MaxBytes"/> are cut, which an ellipsis behind the quote says.
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
}
