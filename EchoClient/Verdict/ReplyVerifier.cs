using System.Globalization;
using TcpClose.Scenarios;

namespace EchoClient.Verdict;

/// <summary>What has to come.</summary>
/// <param name="What">In a word: <c>echo</c>, <c>reply</c>.</param>
/// <param name="Bytes">The bytes; null where the act itself knows what is right.</param>
internal sealed record ExpectedBytes(string What, Payload? Bytes);

/// <summary>Compares what comes with what has to come, byte by byte, as it comes.</summary>
internal sealed class ReplyVerifier(ExpectedBytes expected)
{
    /// <summary>So many bytes beyond what is expected are read to count them; then the server is taken for endless.</summary>
    public const int MaxSurplus = 64 * 1024;

    private (long Position, byte Came, byte Expected)? _firstWrong;
    private byte[] _scratch = [];

    /// <summary>How many bytes have to come.</summary>
    public long Expected => expected.Bytes?.Length ?? 0;

    /// <summary>How many bytes came.</summary>
    public long Received { get; private set; }

    /// <summary>How many of them came after our FIN was queued.</summary>
    public long ReceivedAfterFin { get; private set; }

    /// <summary>Whether so much came that it cannot be right, whatever follows.</summary>
    public bool IsTooLong => Received > Expected + MaxSurplus;

    /// <summary>Whether the server has said that it does not play what it was asked for.</summary>

    /// <summary>Whether what came was right and not all of it.</summary>
    public bool IsShort => _firstWrong is null && Received < Expected;

    /// <summary>Takes the next bytes; so many of the whole stream had come before our FIN was queued.</summary>
    public void Add(ReadOnlySpan<byte> bytes, long beforeFin)
    {
        if (expected.Bytes is { } right && _firstWrong is null && Received < Expected)
        {
            int compared = (int)Math.Min(Expected - Received, bytes.Length);
            if (_scratch.Length < compared) _scratch = new byte[bytes.Length];
            right.Fill(_scratch.AsSpan(0, compared), Received);
            int same = bytes[..compared].CommonPrefixLength(_scratch);
            if (same < compared) _firstWrong = (Received + same, bytes[same], _scratch[same]);
        }

        Received += bytes.Length;
        ReceivedAfterFin = Math.Max(0, Received - beforeFin);
    }

    /// <summary>What is wrong, or null where every byte came and nothing else.</summary>
    public string? DescribeMismatch()
    {
        if (_firstWrong is { } wrong)
            return string.Create(CultureInfo.InvariantCulture,
                $"{expected.What} altered: byte {wrong.Position} is 0x{wrong.Came:x2}, not 0x{wrong.Expected:x2}");
        if (expected.Bytes is null) return null;
        if (Received < Expected) return $"{expected.What} short: {Received} of {Expected} bytes, {Expected - Received} missing";
        return Received > Expected ? $"{expected.What} too long: {Received} bytes came for {Expected}" : null;
    }
}
