using System.Buffers.Binary;

namespace EchoClient.Framing;

/// <summary>One message on a byte stream: a header of four bytes, the body's size in network byte order, and then the body.</summary>
/// <param name="Number">Its place in the stream, from 1.</param>
/// <param name="Body">The message itself.</param>
/// <param name="Reads">How many reads brought a part of it.</param>
/// <param name="BeganInside">Whether the first of these reads brought the end of the message before, too.</param>
internal sealed record Frame(int Number, byte[] Body, int Reads, bool BeganInside)
{
    /// <summary>The length of a header.</summary>
    public const int HeaderLength = 4;

    /// <summary>The longest body that is taken. A size from the wire is a stranger's word.</summary>
    public const int LongestBody = 1024 * 1024;

    /// <summary>The stream of these messages.</summary>
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
