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
    private readonly PayloadComparison _comparison = new(expected.Bytes ?? Payload.None);
    private long _surplusDeadline = long.MaxValue;

    /// <summary>How many bytes have to come.</summary>
    public long ExpectedLength => _comparison.Expected;

    /// <summary>How many bytes came.</summary>
    public long Received => _comparison.Received;

    /// <summary>Whether what came was right but not all of it.</summary>
    public bool IsShort => _comparison.IsShort;

    /// <summary>Takes the next bytes. Aborts if the server refuses, or if far too much has come and no end is in sight.</summary>
    public void Verify(ReadOnlySpan<byte> bytes)
    {
        _comparison.Add(bytes);
        firstLine?.Add(bytes);
        if (firstLine is { HasEnded: true } line && line.RejectionReason() is not null) abort("not played");
        else if (IsEndless()) abort($"{Received} bytes came for {ExpectedLength}, and no end");
    }

    /// <summary>What is wrong; null if every byte came and nothing else.</summary>
    public string? DescribeMismatch()
    {
        if (firstLine?.RejectionReason() is { } reason) return reason;
        if (_comparison.FirstWrong is { } wrong)
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{expected.What} altered: byte {wrong.Position} is 0x{wrong.Received:x2}, not 0x{wrong.Expected:x2}");
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
        return _comparison.IsTooLong || Clock.Now > _surplusDeadline;
    }
}
