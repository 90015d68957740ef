using TcpClose.Scenarios;

namespace PathCheck.NearEnd;

/// <summary>Compares what is received with what is expected, byte by byte, as it arrives.</summary>
internal sealed class ReplyVerifier(Payload expected)
{
    /// <summary>How many bytes beyond the expected ones are read before the reply is taken for endless.</summary>
    public const int MaxSurplus = 64 * 1024;

    private bool _hasWrongByte;
    private byte[] _scratch = [];

    /// <summary>How many bytes are expected.</summary>
    public long Expected => expected.Length;

    /// <summary>How many bytes were received.</summary>
    public long Received { get; private set; }

    /// <summary>Whether a byte was wrong, or one too many.</summary>
    public bool IsAltered => _hasWrongByte || Received > Expected;

    /// <summary>Whether what was received is right and not all of it.</summary>
    public bool IsShort => !_hasWrongByte && Received < Expected;

    /// <summary>Whether so much was received that it cannot be right, whatever follows.</summary>
    public bool IsTooLong => Received > Expected + MaxSurplus;

    /// <summary>Takes the next bytes.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (!_hasWrongByte && Received < Expected)
        {
            int compared = (int)Math.Min(Expected - Received, bytes.Length);
            if (_scratch.Length < compared) _scratch = new byte[bytes.Length];
            expected.Fill(_scratch.AsSpan(0, compared), Received);
            _hasWrongByte = !bytes[..compared].SequenceEqual(_scratch.AsSpan(0, compared));
        }

        Received += bytes.Length;
    }
}
