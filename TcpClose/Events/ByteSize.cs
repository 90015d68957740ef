using System.Globalization;
using System.Text.RegularExpressions;

namespace TcpClose.Events;

/// <summary>A number of bytes as people write it: <c>64KiB</c>, <c>1MiB</c>, <c>1GiB</c> or plain bytes.</summary>
/// <param name="Bytes">The number of bytes.</param>
public readonly partial record struct ByteSize(long Bytes)
{
    /// <summary>The maximum size in bytes: 1 TiB.</summary>
    public const long MaxBytes = 1L << 40;

    /// <summary>Parses a size from 0 to <see cref="MaxBytes"/>.</summary>
    public static bool TryParse(string text, out ByteSize size)
    {
        size = default;
        Match match = Written().Match(text);
        if (!match.Success) return false;
        int shift = match.Groups[2].Value switch { "KiB" => 10, "MiB" => 20, "GiB" => 30, _ => 0 };
        long number = long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
        if (number > MaxBytes >> shift) return false;
        size = new ByteSize(number << shift);
        return true;
    }

    /// <summary>The size in the syntax of <see cref="TryParse"/>.</summary>
    public override string ToString() => Bytes switch
    {
        0 => "0",
        _ when Bytes % (1 << 30) == 0 => $"{Bytes >> 30}GiB",
        _ when Bytes % (1 << 20) == 0 => $"{Bytes >> 20}MiB",
        _ when Bytes % (1 << 10) == 0 => $"{Bytes >> 10}KiB",
        _ => $"{Bytes}",
    };

    [GeneratedRegex(@"^([0-9]{1,13})(KiB|MiB|GiB)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Written();
}
