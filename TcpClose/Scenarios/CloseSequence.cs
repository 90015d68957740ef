using TcpClose.Events;

namespace TcpClose.Scenarios;

/// <summary>One form of a close: the states that the kernel reports and the segments on the wire.</summary>
/// <param name="Name">How it differs from the other forms of the same scenario.</param>
/// <param name="ClientStates">The states of the client's socket in order, as in the kernel's trace.</param>
/// <param name="ServerStates">The same for the server's socket; empty if there is none.</param>
/// <param name="TimeWait">The sides that are in TIME-WAIT afterwards.</param>
/// <param name="Wire">
/// The segments after the handshake, in order: <c>client data</c> (one or more segments), <c>client FIN</c>,
/// <c>server RST</c>, and <c>server ACK</c> if the acknowledgement of a FIN is a segment of its own. If the handshake
/// fails, the SYN is included.
/// </param>
public sealed record CloseSequence(
    string Name, string ClientStates, string ServerStates, IReadOnlyList<Side> TimeWait, IReadOnlyList<string> Wire)
{
    /// <summary>A sequence with the same states and other segments.</summary>
    public CloseSequence With(string name, params string[] wire) => this with { Name = name, Wire = wire };
}
