using System.Buffers;

namespace TcpClose.Sockets;

/// <summary>
/// Buffers for bytes in transit. A stream is faster through a large buffer. The number of large buffers is bounded,
/// because a peer that does not read keeps one rented.
/// </summary>
/// <param name="smallSize">The size of a small buffer, in bytes.</param>
/// <param name="largeSize">The size of a large buffer, in bytes.</param>
public sealed class ReceiveBufferPool(int smallSize = ReceiveBufferPool.Small, int largeSize = ReceiveBufferPool.Large)
{
    /// <summary>The default sizes, in bytes.</summary>
    public const int Small = 16 * 1024, Large = 256 * 1024;

    /// <summary>The maximum number of large buffers that are rented at the same time.</summary>
    public const int MaxLargeBuffers = 64;

    private int _largeOut;

    /// <summary>A pool with buffers of one size.</summary>
    public static ReceiveBufferPool OfSize(int size) => new(size, size);

    /// <summary>The size of a small buffer, in bytes.</summary>
    public int SmallSize => smallSize;

    /// <summary>The size of a large buffer, in bytes.</summary>
    public int LargeSize => largeSize;

    /// <summary>
    /// Rents a small buffer, or a large one if it is wanted and available. The array may be longer than
    /// <see cref="SmallSize"/> or <see cref="LargeSize"/>.
    /// </summary>
    public byte[] Rent(bool large)
    {
        if (!large || smallSize == largeSize) return ArrayPool<byte>.Shared.Rent(smallSize);
        if (Interlocked.Increment(ref _largeOut) <= MaxLargeBuffers) return ArrayPool<byte>.Shared.Rent(largeSize);
        Interlocked.Decrement(ref _largeOut);
        return ArrayPool<byte>.Shared.Rent(smallSize);
    }

    /// <summary>Returns a buffer.</summary>
    public void Return(byte[] buffer)
    {
        if (smallSize != largeSize && buffer.Length >= largeSize) Interlocked.Decrement(ref _largeOut);
        ArrayPool<byte>.Shared.Return(buffer);
    }
}
