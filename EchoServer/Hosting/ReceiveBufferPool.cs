using System.Buffers;

namespace EchoServer.Hosting;

/// <summary>
/// Buffers for bytes that are under way. Most connections need little; a stream is faster through a large buffer. A
/// client that does not read keeps its connection's buffer out, so the large ones are few, whoever holds them.
/// </summary>
internal sealed class ReceiveBufferPool
{
    /// <summary>The size of a small one, and of a large one, in bytes.</summary>
    public const int Small = 16 * 1024, Large = 256 * 1024;

    /// <summary>So many large ones are out at most.</summary>
    public const int MaxLargeBuffers = 64;

    private int _largeOut;

    /// <summary>A small buffer, or a large one if that is wanted and there is one left.</summary>
    public byte[] Rent(bool large)
    {
        if (!large) return ArrayPool<byte>.Shared.Rent(Small);
        if (Interlocked.Increment(ref _largeOut) <= MaxLargeBuffers) return ArrayPool<byte>.Shared.Rent(Large);
        Interlocked.Decrement(ref _largeOut);
        return ArrayPool<byte>.Shared.Rent(Small);
    }

    /// <summary>Takes one back.</summary>
    public void Return(byte[] buffer)
    {
        if (buffer.Length >= Large) Interlocked.Decrement(ref _largeOut);
        ArrayPool<byte>.Shared.Return(buffer);
    }
}
