using System.Buffers.Binary;

namespace EchoClient.Framing;

/// <summary>One message on a byte stream. Its header is the body's size: four bytes in network byte order.</summary>
/// <param name="Number">The message's number in the stream, from 1.</param>
/// <param name="Body">The message without its header.</param>
/// <param name="Reads">The number of reads that returned a part of it.</param>
/// <param name="BeganInside">Whether the first read also returned the end of the previous message.</param>
internal sealed record Frame(int Number, byte[] Body, int Reads, bool BeganInside)
{
    /// <summary>The length of a header, in bytes.</summary>
    public const int HeaderLength = 4;

    /// <summary>The maximum length of a body, in bytes. A size from the network cannot be trusted.</summary>
    public const int MaxBody = 1024 * 1024;

    /// <summary>Returns the stream of these messages, each with its header.</summary>
    public static byte[] Join(params byte[][] bodies)
    {
        byte[] stream = new byte[bodies.Sum(b => HeaderLength + b.Length)];
        int position = 0;
        foreach (byte[] body in bodies)
        {
            BinaryPrimitives.WriteInt32BigEndian(stream.AsSpan(position), body.Length);
            body.CopyTo(stream, position + HeaderLength);
            position += HeaderLength + body.Length;
        }

        return stream;
    }
}
