using System.Globalization;
using TcpClose.Kernel;
using TcpClose.Scenarios;

namespace EchoClient.Checking;

/// <summary>The reply that the client expects.</summary>
/// <param name="What">Its name in messages: <c>echo</c>, <c>reply</c>.</param>
/// <param name="Bytes">The bytes; null if the scenario itself checks them.</param>
internal sealed record ExpectedReply(string What, Payload? Bytes);

/// <summary>Compares the received bytes with the expected ones, as they arrive.</summary>
/// <param name="expected">The expected reply.</param>
/// <param name="surplusLimit">How long surplus bytes may arrive.</param>
/// <param name="abort">Aborts the connection, with the cause.</param>
/// <param name="firstLine">The first line of the reply, which may reject the scenario.</param>
internal sealed class EchoVerifier(
    ExpectedReply expected, TimeSpan surplusLimit, Action<string> abort, ScenarioResponseLine? firstLine = null)
{
    private readonly PayloadComparison _comparison = new(expected.Bytes ?? Payload.None);
    private long _surplusDeadline = long.MaxValue;

    /// <summary>The number of bytes expected.</summary>
    public long ExpectedLength => _comparison.Expected;

    /// <summary>The number of bytes received.</summary>
    public long Received => _comparison.Received;

    /// <summary>Whether the received bytes are correct but incomplete.</summary>
    public bool IsShort => _comparison.IsShort;

    /// <summary>Checks the next bytes. Aborts if the server rejects the scenario, or does not stop sending.</summary>
    public void Verify(ReadOnlySpan<byte> bytes)
    {
        _comparison.Add(bytes);
        firstLine?.Add(bytes);
        if (firstLine is { HasEnded: true } line && line.RejectionReason() is not null) abort("scenario not run");
        else if (IsTooLong())
            abort($"{Received} bytes received{Expectation}, and the stream has not ended");
    }

    /// <summary>Describes what is wrong with the reply; null if this class finds no fault.</summary>
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
        return Received > ExpectedLength
            ? $"{expected.What} too long: {Received} bytes received, {ExpectedLength} expected"
            : null;
    }

    private string Expectation => expected.Bytes is null ? "" : $", {ExpectedLength} expected";

    // Each byte restarts the inactivity time-out, so surplus bytes need limits of their own.
    private bool IsTooLong()
    {
        if (Received <= ExpectedLength) return false;
        if (_surplusDeadline == long.MaxValue) _surplusDeadline = Clock.Deadline(surplusLimit);
        return _comparison.IsTooLong || Clock.Now > _surplusDeadline;
    }
}
