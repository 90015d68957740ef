using System.Net.Sockets;

namespace TcpDemo.Tests.Infrastructure.Sockets;

/// <summary>What the clients of a pool do, with little memory each.</summary>
public static class PooledClientSteps
{
    /// <summary>Half-closes behind a message and reads to the end of stream.</summary>
    /// <returns>What came, cut where it is longer than the message by more than a byte.</returns>
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
