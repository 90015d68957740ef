namespace SideBySide.Timeline;

/// <summary>
/// The handshake of a connection in a capture. It dates the event <c>Connected</c>: .NET takes some milliseconds to
/// start its event loop and return from the first <c>ConnectAsync</c>, when the server has long accepted the
/// connection.
/// </summary>
/// <param name="Syn">When the first SYN was sent, on the monotonic clock.</param>
/// <param name="SynAcks">When each SYN ACK was sent.</param>
public sealed record Handshake(long Syn, IReadOnlyList<long> SynAcks)
{
    /// <summary>When the last SYN ACK was sent before <c>Connect</c> returned: the client was connected then.</summary>
    /// <returns>The time; that of the return if no SYN ACK was captured before it.</returns>
    public long Connected(long returnedAt) => SynAcks.Where(at => at <= returnedAt).DefaultIfEmpty(returnedAt).Max();
}
