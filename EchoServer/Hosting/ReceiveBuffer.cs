using System.Net.Sockets;

namespace EchoServer.Hosting;

/// <summary>
/// Reads what has come of a client's stream, into a buffer that is held only while bytes are under way: a small one for
/// messages, a large one while more comes than a small one takes.
/// </summary>
internal sealed class ReceiveBuffer(Socket socket, ReceiveBufferPool buffers) : IDisposable
{
    private byte[]? _buffer;
    private bool _isStream;

    /// <summary>The buffer, of <see cref="ReceiveBufferPool.Small"/> bytes at least.</summary>
    public byte[] Buffer => _buffer ??= buffers.Rent(_isStream);

    /// <summary>Reads what is there already.</summary>
    /// <returns>The bytes, none at the end of stream; null where nothing is there yet.</returns>
    public ReadOnlyMemory<byte>? TryReceive()
    {
        if (_isStream && _buffer?.Length == ReceiveBufferPool.Small) Dispose();
        int count = socket.Receive(Buffer, SocketFlags.None, out SocketError error);
        if (error == SocketError.WouldBlock) return null;
        if (error != SocketError.Success) throw new SocketException((int)error);
        _isStream = count == Buffer.Length || (_isStream && count > ReceiveBufferPool.Small);
        if (count > 0) return Buffer.AsMemory(0, count);
        // A half-closed connection may be held for long, and needs no buffer for that.
        Dispose();
        return ReadOnlyMemory<byte>.Empty;
    }

    /// <summary>Waits until there is something to read: a receive of no bytes. Who waits holds no buffer.</summary>
    /// <exception cref="OperationCanceledException">The limit was over first.</exception>
    public ValueTask<int> WaitAsync(CancellationToken limit)
    {
        Dispose();
        return socket.ReceiveAsync(Memory<byte>.Empty, limit);
    }

    /// <summary>Gives the buffer back, if there is one.</summary>
    public void Dispose()
    {
        if (_buffer is not null) buffers.Return(_buffer);
        _buffer = null;
    }
}
