using System.Net.Sockets;

namespace TcpClose.Sockets;

/// <summary>
/// Receives into a buffer that is rented only while bytes are in transit: a small one for messages, a large one for a
/// stream.
/// </summary>
internal sealed class ReceiveBuffer(Socket socket, ReceiveBufferPool pool) : IDisposable
{
    private byte[]? _buffer;
    private bool _isStream;

    /// <summary>Receives without waiting.</summary>
    /// <returns>The bytes (empty at the end of the stream); null if nothing has arrived.</returns>
    /// <exception cref="SocketException">The connection was reset, or the kernel gave up on it.</exception>
    public ReadOnlyMemory<byte>? TryReceive()
    {
        if (_isStream && _buffer is not null && Size == pool.SmallSize) Dispose();
        _buffer ??= pool.Rent(_isStream);
        int count = socket.Receive(_buffer.AsSpan(0, Size), SocketFlags.None, out SocketError error);
        if (error == SocketError.WouldBlock) return null;
        if (error != SocketError.Success) throw new SocketException((int)error);
        _isStream = count == Size || (_isStream && count > pool.SmallSize);
        if (count > 0) return _buffer.AsMemory(0, count);

        // After the end of the stream the connection needs no buffer, and may stay half-closed for a long time.
        Dispose();
        return ReadOnlyMemory<byte>.Empty;
    }

    /// <summary>
    /// Waits until there is something to receive. The wait is a receive of zero bytes, which needs no buffer.
    /// </summary>
    /// <exception cref="OperationCanceledException"><paramref name="limit"/> expired first.</exception>
    public ValueTask<int> WaitAsync(CancellationToken limit)
    {
        Dispose();
        return socket.ReceiveAsync(Memory<byte>.Empty, limit);
    }

    /// <summary>Returns the buffer, if one is rented.</summary>
    public void Dispose()
    {
        if (_buffer is not null) pool.Return(_buffer);
        _buffer = null;
    }

    private int Size => Math.Min(_buffer!.Length, pool.LargeSize);
}
