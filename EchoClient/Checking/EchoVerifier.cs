using System.Globalization;
using TcpClose.Kernel;
using TcpClose.Scenarios;

namespace EchoClient.Checking;

/// <summary>What has to come.</summary>
/// <param name="What">In one word: <c>echo</c>, <c>reply</c>.</param>
/// <param name="Bytes">The bytes; null if the scenario itself checks them.</param>
internal sealed record ExpectedReply(string What, Payload? Bytes);

/// <summary>Compares what comes with what has to come, byte by byte, as it comes.</summary>
/// <param name="expected">What has to come.</param>
/// <param name="surplusLimit">How long surplus bytes may continue to come.</param>
/// <param name="abort">Aborts the connection, if no good end is in sight.</param>
/// <param name="firstLine">The first line of the reply, in which the server may refuse a scenario.</param>
internal sealed class EchoVerifier(
    ExpectedReply expected, TimeSpan surplusLimit, Action<string> abort, ScenarioResponseLine? firstLine = null)
{
    /// <summary>The most bytes that are read, and counted, beyond what is expected.</summary>
    public const int MaxSurplus = 64 * 1024;

    private (long Position, byte Came, byte Expected)? _firstWrong;
    private byte[] _scratch = [];
    private long _surplusDeadline = long.MaxValue;

    /// <summary>How many bytes have to come.</summary>
    public long ExpectedLength => expected.Bytes?.Length ?? 0;

    /// <summary>How many bytes came.</summary>
    public long Received { get; private set; }

    /// <summary>Whether what came was right but not all of it.</summary>
    public bool IsShort => _firstWrong is null && Received < ExpectedLength;

    /// <summary>Takes the next bytes. Aborts if the server refuses, or if far too much has come and no end is in sight.</summary>
    public void Verify(ReadOnlySpan<byte> bytes)
    {
        if (expected.Bytes is { } right && _firstWrong is null && Received < ExpectedLength)
        {
            int compared = (int)Math.Min(ExpectedLength - Received, bytes.Length);
            if (_scratch.Length < compared) _scratch = new byte[bytes.Length];
            right.Fill(_scratch.AsSpan(0, compared), Received);
            int same = bytes[..compared].CommonPrefixLength(_scratch);
            if (same < compared) _firstWrong = (Received + same, bytes[same], _scratch[same]);
        }

        firstLine?.Add(bytes);
        Received += bytes.Length;
        if (firstLine is { HasEnded: true } line && line.RejectionReason() is not null) abort("not played");
        else if (IsEndless()) abort($"{Received} bytes came for {ExpectedLength}, and no end");
    }

    /// <summary>What is wrong; null if every byte came and nothing else.</summary>
    public string? DescribeMismatch()
    {
        if (firstLine?.RejectionReason() is { } reason) return reason;
        if (_firstWrong is { } wrong)
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{expected.What} altered: byte {wrong.Position} is 0x{wrong.Came:x2}, not 0x{wrong.Expected:x2}");
        if (expected.Bytes is null) return null;
        if (Received < ExpectedLength)
            return $"{expected.What} short: {Received} of {ExpectedLength} bytes, {ExpectedLength - Received} missing";
        return Received > ExpectedLength ? $"{expected.What} too long: {Received} bytes came for {ExpectedLength}" : null;
    }

    // Each byte restarts the inactivity time-out, so surplus bytes are bounded in number and in time.
    private bool IsEndless()
    {
        if (Received <= ExpectedLength) return false;
        if (_surplusDeadline == long.MaxValue) _surplusDeadline = Clock.Deadline(surplusLimit);
        return Received > ExpectedLength + MaxSurplus || Clock.Now > _surplusDeadline;
    }
}
