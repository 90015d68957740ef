namespace TcpClose.Events;

/// <summary>What the client says at the end.</summary>
/// <param name="Outcome">How the connection ended.</param>
/// <param name="Sentence">The whole verdict in plain words.</param>
/// <param name="Sent">Bytes sent.</param>
/// <param name="Received">Bytes received.</param>
/// <param name="ReceivedAfterFin">Bytes received after our FIN was queued: the use of a half-closed connection.</param>
/// <param name="ExitCode">0 where the close was what it should be, else 2.</param>
public sealed record CloseResult(CloseOutcome Outcome, string Sentence, long Sent, long Received, long ReceivedAfterFin, int ExitCode);
