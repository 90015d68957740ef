using System.Globalization;

namespace EchoClient;

/// <summary>Compares what comes back with what was sent, byte by byte, as it comes.</summary>
internal sealed class EchoCheck(ReadOnlyMemory<byte> sent)
{
    /// <summary>So many bytes beyond the echo are read to count them; then the server is taken for endless.</summary>
    public const int MaxSurplus = 64 * 1024;

    private (long Position, byte Came, byte Sent)? _firstWrong;

    /// <summary>How many bytes were sent.</summary>
    public long Sent => sent.Length;

    /// <summary>How many bytes came.</summary>
    public long Received { get; private set; }

    /// <summary>How many of them came after our FIN was queued.</summary>
    public long ReceivedAfterFin { get; private set; }

    /// <summary>Whether so much came that it can be no echo, whatever follows.</summary>
    public bool IsEndless => Received > Sent + MaxSurplus;

    /// <summary>Takes the next bytes.</summary>
    public void Add(ReadOnlySpan<byte> bytes, bool afterFin)
    {
        if (_firstWrong is null && Received < Sent)
        {
            ReadOnlySpan<byte> expected = sent.Span[(int)Received..];
            int compared = Math.Min(expected.Length, bytes.Length);
            int same = bytes[..compared].CommonPrefixLength(expected);
            if (same < compared) _firstWrong = (Received + same, bytes[same], expected[same]);
        }

        Received += bytes.Length;
        if (afterFin) ReceivedAfterFin += bytes.Length;
    }

    /// <summary>What is wrong with the echo, or null where every byte came back and nothing else.</summary>
    public string? Fault()
    {
        if (_firstWrong is { } wrong)
            return string.Create(CultureInfo.InvariantCulture,
                $"echo altered: byte {wrong.Position} is 0x{wrong.Came:x2}, sent was 0x{wrong.Sent:x2}");
        if (Received < Sent) return $"echo short: {Received} of {Sent} bytes, {Sent - Received} missing";
        return Received > Sent ? $"echo too long: {Received} bytes came for {Sent}" : null;
    }
}
