namespace TcpClose.Events;

/// <summary>What the client says at the end.</summary>
/// <param name="Outcome"><c>closed normally</c>, <c>aborted</c> (RFC 9293 MUST-12), <c>reset</c> or <c>refused</c>.</param>
/// <param name="Sentence">The whole verdict in plain words.</param>
/// <param name="Sent">Bytes sent.</param>
/// <param name="Received">Bytes received.</param>
/// <param name="ReceivedAfterFin">Bytes received after our FIN was queued: the use of a half-closed connection.</param>
/// <param name="ExitCode">0 where the close was what it should be, else 2.</param>
public sealed record CloseResult(string Outcome, string Sentence, long Sent, long Received, long ReceivedAfterFin, int ExitCode);
