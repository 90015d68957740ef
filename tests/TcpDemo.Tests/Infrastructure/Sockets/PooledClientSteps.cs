using System.Net.Sockets;

namespace TcpDemo.Tests.Infrastructure.Sockets;

/// <summary>What the clients of a <see cref="ClientPool"/> do, with small buffers.</summary>
public static class PooledClientSteps
{
    /// <summary>Sends a message, half-closes, and reads to the end of stream.</summary>
    /// <returns>The bytes received, at most one more than the message.</returns>
    public static async Task<byte[]> EchoAsync(this Socket socket, ReadOnlyMemory<byte> message)
    {
        await socket.SendAsync(message);
        socket.Shutdown(SocketShutdown.Send);
        return await socket.ReadAsync(message.Length + 1);
    }

    /// <summary>Reads to the end of stream, or at most this many bytes.</summary>
    public static async Task<byte[]> ReadAsync(this Socket socket, int maxLength)
    {
        byte[] buffer = new byte[maxLength];
        int length = 0;
        while (length < maxLength && await socket.ReceiveAsync(buffer.AsMemory(length)) is var count and > 0)
            length += count;
        return buffer[..length];
    }
}
