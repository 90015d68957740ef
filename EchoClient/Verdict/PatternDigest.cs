using System.Security.Cryptography;
using TcpClose.Scenarios;

namespace EchoClient.Verdict;

/// <summary>The SHA-256 of what is sent up, as the server says it of what it has read.</summary>
internal static class PatternDigest
{
    private const int Part = 64 * 1024;

    /// <summary>Of the first so many bytes.</summary>
    public static string Of(long size)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] part = new byte[Part];
        for (long position = 0; position < size; position += part.Length)
        {
            Span<byte> next = part.AsSpan(0, (int)Math.Min(part.Length, size - position));
            TestPattern.Fill(next, position);
            hash.AppendData(next);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
