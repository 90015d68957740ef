namespace TcpClose.Events;

/// <summary>The client's result, which it logs in its last line.</summary>
/// <param name="Outcome">How the connection ended.</param>
/// <param name="Sentence">The complete result in one sentence.</param>
/// <param name="Sent">Bytes sent.</param>
/// <param name="Received">Bytes received.</param>
/// <param name="ReceivedAfterFin">Bytes that arrived after our FIN was queued; null if unknown.</param>
/// <param name="ExitCode">0 if the close was as expected, 2 if not, 130 if the user interrupted.</param>
public sealed record CloseResult(
    CloseOutcome Outcome, string Sentence, long Sent, long Received, long? ReceivedAfterFin, int ExitCode);

/// <summary>How a connection ended, in the client's last line (RFC 9293 MUST-12).</summary>
public enum CloseOutcome
{
    /// <summary>Both directions were closed with a FIN.</summary>
    ClosedNormally,

    /// <summary>The peer sent a RST.</summary>
    Reset,

    /// <summary>We sent a RST, the kernel gave up, or the close did not complete in time.</summary>
    Aborted,

    /// <summary>A RST answered the SYN, so there was no connection.</summary>
    Refused,
}

/// <summary>The names of the outcomes.</summary>
public static class CloseOutcomes
{
    /// <summary>The outcome in the result line and in JSON, such as <c>closed normally</c>.</summary>
    public static string Name(this CloseOutcome outcome) => outcome switch
    {
        CloseOutcome.ClosedNormally => "closed normally",
        CloseOutcome.Reset => "reset",
        CloseOutcome.Aborted => "aborted",
        CloseOutcome.Refused => "refused",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, null),
    };
}
