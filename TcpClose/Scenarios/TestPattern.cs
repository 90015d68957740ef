namespace TcpClose.Scenarios;

/// <summary>
/// The bytes of a generated payload. Each byte is printable, and depends only on its position. The period is a prime
/// number, so that blocks of a usual size differ.
/// </summary>
public static class TestPattern
{
    private const int Period = 65_521;
    private static readonly byte[] Bytes = Make();

    /// <summary>Fills a buffer with the bytes from a position on.</summary>
    public static void Fill(Span<byte> buffer, long position)
    {
        for (int filled = 0; filled < buffer.Length;)
        {
            ReadOnlySpan<byte> rest = Bytes.AsSpan((int)((position + filled) % Period));
            int count = Math.Min(rest.Length, buffer.Length - filled);
            rest[..count].CopyTo(buffer[filled..]);
            filled += count;
        }
    }

    private static byte[] Make()
    {
        byte[] bytes = new byte[Period];
        uint random = 2463534242;
        for (int i = 0; i < Period; i++)
        {
            // xorshift32; any fixed, well-mixed sequence would do
            random ^= random << 13;
            random ^= random >> 17;
            random ^= random << 5;
            bytes[i] = (byte)('a' + (random % 26));
        }

        return bytes;
    }
}
