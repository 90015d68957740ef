namespace TcpClose.Scenarios;

/// <summary>Compares bytes with a payload as they arrive.</summary>
public sealed class PayloadComparison(Payload expected)
{
    /// <summary>The maximum number of surplus bytes before a stream counts as endless.</summary>
    public const int MaxSurplus = 64 * 1024;

    private byte[] _scratch = [];

    /// <summary>The number of expected bytes.</summary>
    public long Expected => expected.Length;

    /// <summary>The number of received bytes.</summary>
    public long Received { get; private set; }

    /// <summary>The first byte that differs from the expected one.</summary>
    public (long Position, byte Received, byte Expected)? FirstWrong { get; private set; }

    /// <summary>Whether a byte was wrong or surplus.</summary>
    public bool IsAltered => FirstWrong is not null || Received > Expected;

    /// <summary>Whether the received bytes are correct but incomplete.</summary>
    public bool IsShort => FirstWrong is null && Received < Expected;

    /// <summary>Whether more surplus bytes were received than the maximum.</summary>
    public bool IsTooLong => Received > Expected + MaxSurplus;

    /// <summary>Compares the next bytes.</summary>
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
