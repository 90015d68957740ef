using System.IO.Hashing;
using TcpClose.Scenarios;

namespace PathCheck.Protocol;

/// <summary>The digest of the test pattern, to compare with that of the received bytes.</summary>
internal static class PatternDigest
{
    private const int PartSize = 64 * 1024;

    /// <summary>
    /// The digest of the first <paramref name="size"/> bytes of the pattern, as 32 hexadecimal digits.
    /// </summary>
    public static string Of(long size)
    {
        var hash = new XxHash128();
        byte[] part = new byte[PartSize];
        for (long position = 0; position < size; position += part.Length)
        {
            Span<byte> next = part.AsSpan(0, (int)Math.Min(part.Length, size - position));
            TestPattern.Fill(next, position);
            hash.Append(next);
        }

        return Hex(hash);
    }

    /// <summary>The digest as 32 hexadecimal digits.</summary>
    public static string Hex(XxHash128 hash) => Convert.ToHexStringLower(hash.GetCurrentHash());
}
