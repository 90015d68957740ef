namespace TcpClose.Scenarios;

/// <summary>Compares bytes with a payload, byte by byte, as they arrive.</summary>
public sealed class PayloadComparison(Payload expected)
{
    /// <summary>How many bytes beyond the expected ones are read before a stream is taken for endless.</summary>
    public const int MaxSurplus = 64 * 1024;

    private byte[] _scratch = [];

    /// <summary>How many bytes are expected.</summary>
    public long Expected => expected.Length;

    /// <summary>How many bytes were received.</summary>
    public long Received { get; private set; }

    /// <summary>The first byte that was not the expected one.</summary>
    public (long Position, byte Received, byte Expected)? FirstWrong { get; private set; }

    /// <summary>Whether a byte was wrong, or one too many.</summary>
    public bool IsAltered => FirstWrong is not null || Received > Expected;

    /// <summary>Whether what was received is right and not all of it.</summary>
    public bool IsShort => FirstWrong is null && Received < Expected;

    /// <summary>Whether so much was received that it cannot be right, whatever follows.</summary>
    public bool IsTooLong => Received > Expected + MaxSurplus;

    /// <summary>Takes the next bytes.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (IsShort)
        {
            int compared = (int)Math.Min(Expected - Received, bytes.Length);
            if (_scratch.Length < compared) _scratch = new byte[bytes.Length];
            expected.Fill(_scratch.AsSpan(0, compared), Received);
            int same = bytes[..compared].CommonPrefixLength(_scratch);
            if (same < compared) FirstWrong = (Received + same, bytes[same], _scratch[same]);
        }

        Received += bytes.Length;
    }
}
