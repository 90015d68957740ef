using System.Security.Cryptography;
using PathCheck.Protocol;

namespace TcpDemo.Tests.PathCheck.Protocol;

/// <summary>PathCheck's SHA-256, which works without OpenSSL, has the same digests as .NET's.</summary>
public sealed class Sha256Tests
{
    [Fact]
    public void EveryLengthUpToSeveralBlocksHasTheDigestOfDotNet()
    {
        byte[] bytes = new byte[300];
        new Random(1).NextBytes(bytes);
        for (int length = 0; length <= bytes.Length; length++)
        {
            var hash = new Sha256();
            hash.Append(bytes.AsSpan(0, length));
            Assert.Equal(Digest(bytes.AsSpan(0, length)), hash.ToHex());
        }
    }

    [Fact]
    public void PartsOfAnySizeHaveTheDigestOfTheWholeAndItCanBeReadInBetween()
    {
        var random = new Random(2);
        byte[] bytes = new byte[100_000];
        random.NextBytes(bytes);
        var hash = new Sha256();
        for (int position = 0; position < bytes.Length;)
        {
            int size = Math.Min(random.Next(1000), bytes.Length - position);
            hash.Append(bytes.AsSpan(position, size));
            position += size;
            Assert.Equal(Digest(bytes.AsSpan(0, position)), hash.ToHex());
        }
    }

    private static string Digest(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
