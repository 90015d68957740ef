using TcpClose.Sockets;

namespace TcpClose.Scenarios;

/// <summary>Bytes to send or to expect. <see cref="Fill"/> provides them part by part, to save memory.</summary>
/// <param name="Length">The number of bytes.</param>
/// <param name="Fill">Fills a buffer with the bytes from a position on.</param>
public sealed record Payload(long Length, Payload.Filling Fill)
{
    /// <summary>The maximum number of bytes of one <c>Send</c>.</summary>
    public int PartSize { get; init; } = 16 * 1024;

    /// <summary>No bytes.</summary>
    public static readonly Payload None = Of(default);

    /// <summary>Fills a buffer with the bytes from a position on.</summary>
    public delegate void Filling(Span<byte> buffer, long position);

    /// <summary>A payload of existing bytes.</summary>
    public static Payload Of(ReadOnlyMemory<byte> bytes) =>
        new(bytes.Length, (buffer, position) => bytes.Span.Slice((int)position, buffer.Length).CopyTo(buffer));

    /// <summary>A payload that both ends can generate (<see cref="TestPattern"/>).</summary>
    public static Payload Generated(long length) => new(length, TestPattern.Fill);
}

/// <summary>Sends a payload in parts.</summary>
public static class PayloadSending
{
    /// <summary>Sends all of <paramref name="payload"/>.</summary>
    /// <exception cref="ConnectionEndedException">The connection has ended.</exception>
    public static async Task SendAsync(this ObservedSocket socket, Payload payload)
    {
        byte[] buffer = new byte[Math.Min(payload.PartSize, payload.Length)];
        for (long position = 0; position < payload.Length;)
        {
            Memory<byte> part = buffer.AsMemory(0, (int)Math.Min(buffer.Length, payload.Length - position));
            payload.Fill(part.Span, position);
            await socket.SendAsync(part);
            position += part.Length;
        }
    }
}
