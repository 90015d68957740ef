namespace TcpClose.Events;

/// <summary>What the client says at the end.</summary>
/// <param name="Outcome">How the connection ended.</param>
/// <param name="Sentence">The whole verdict in plain words.</param>
/// <param name="Sent">Bytes sent.</param>
/// <param name="Received">Bytes received.</param>
/// <param name="ReceivedAfterFin">Bytes received after our FIN was queued: the use of a half-closed connection.</param>
/// <param name="ExitCode">0 where the close was what it should be, else 2.</param>
public sealed record CloseResult(CloseOutcome Outcome, string Sentence, long Sent, long Received, long ReceivedAfterFin, int ExitCode);

/// <summary>How a connection ended, in the client's last line (RFC 9293 MUST-12).</summary>
public enum CloseOutcome
{
    /// <summary>Both directions were closed with a FIN.</summary>
    ClosedNormally,

    /// <summary>The peer sent a RST.</summary>
    Reset,

    /// <summary>We sent a RST, or the kernel gave the connection up.</summary>
    Aborted,

    /// <summary>A RST answered the SYN: there was no connection.</summary>
    Refused,
}

/// <summary>The spelling of outcomes.</summary>
public static class CloseOutcomes
{
    /// <summary>As the result line and JSON spell it: <c>closed normally</c>, <c>reset</c>, <c>aborted</c>, <c>refused</c>.</summary>
    public static string Name(this CloseOutcome outcome) => outcome switch
    {
        CloseOutcome.ClosedNormally => "closed normally",
        CloseOutcome.Reset => "reset",
        CloseOutcome.Aborted => "aborted",
        CloseOutcome.Refused => "refused",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, null),
    };
}
