namespace EchoClient.Running;

/// <summary>Bytes that are sent or have to come, made when they are needed, so that no size needs more memory than another.</summary>
/// <param name="Length">How many.</param>
/// <param name="Fill">Fills a buffer with the bytes from a position on.</param>
internal sealed record Payload(long Length, Payload.Filling Fill)
{
    /// <summary>No bytes.</summary>
    public static readonly Payload None = Of(default);

    /// <summary>Fills a buffer with the bytes from a position on.</summary>
    public delegate void Filling(Span<byte> buffer, long position);

    /// <summary>Bytes that are there already.</summary>
    public static Payload Of(ReadOnlyMemory<byte> bytes) =>
        new(bytes.Length, (buffer, position) => bytes.Span.Slice((int)position, buffer.Length).CopyTo(buffer));

    /// <summary>Bytes that both ends can make up (<see cref="TcpClose.Scenarios.TestPattern"/>).</summary>
    public static Payload Generated(long length) => new(length, TcpClose.Scenarios.TestPattern.Fill);
}
