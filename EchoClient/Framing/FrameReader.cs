using System.Buffers.Binary;

namespace EchoClient.Framing;

/// <summary>Splits a stream, which arrives in pieces of any size, into its messages.</summary>
internal sealed class FrameReader
{
    private readonly byte[] _header = new byte[Frame.HeaderLength];
    private byte[]? _body;
    private int _have, _number = 1, _reads;
    private bool _beganInside;

    /// <summary>Adds the next piece.</summary>
    /// <returns>The messages that are now complete.</returns>
    /// <exception cref="InvalidDataException">A header gives a size above the maximum.</exception>
    public IReadOnlyList<Frame> Add(ReadOnlyMemory<byte> piece)
    {
        var whole = new List<Frame>();
        if (_reads > 0) _reads++;
        ReadOnlySpan<byte> rest = piece.Span;
        while (rest.Length > 0)
        {
            if (_reads == 0)
            {
                _reads = 1;
                _beganInside = rest.Length < piece.Length;
            }

            if (_body is null && Fill(_header, ref rest)) _body = new byte[BodyLength()];
            if (_body is null || !Fill(_body, ref rest)) continue;
            whole.Add(new Frame(_number++, _body, _reads, _beganInside));
            _body = null;
            _reads = 0;
        }

        return whole;
    }

    private bool Fill(byte[] part, ref ReadOnlySpan<byte> rest)
    {
        int count = Math.Min(part.Length - _have, rest.Length);
        rest[..count].CopyTo(part.AsSpan(_have));
        rest = rest[count..];
        _have += count;
        if (_have < part.Length) return false;
        _have = 0;
        return true;
    }

    private uint BodyLength()
    {
        uint length = BinaryPrimitives.ReadUInt32BigEndian(_header);
        return length <= Frame.MaxBody
            ? length
            : throw new InvalidDataException(
                $"header {_number} gives a body of {length} bytes, the maximum is {Frame.MaxBody}");
    }
}
