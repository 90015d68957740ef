using TcpClose.Events;

namespace TcpClose.Scenarios;

/// <summary>What one close looks like from outside, for the kernel and on the wire.</summary>
/// <param name="Name">What makes it differ from the other forms of the same scenario.</param>
/// <param name="ClientStates">The states of the client's socket in order, as the kernel's trace tells them.</param>
/// <param name="ServerStates">The same of the server's socket; empty where there is none.</param>
/// <param name="TimeWait">Which sides are in TIME-WAIT afterwards.</param>
/// <param name="Wire">
/// What goes over the wire after the handshake, in order: <c>client data</c> (one or more segments), <c>client FIN</c>,
/// <c>server RST</c>, and <c>server ACK</c> where the acknowledgement of a FIN is a segment of its own. Where no handshake
/// comes about, the SYN counts too.
/// </param>
public sealed record CloseSequence(
    string Name, string ClientStates, string ServerStates, IReadOnlyList<Side> TimeWait, IReadOnlyList<string> Wire)
{
    /// <summary>The same states with something else on the wire.</summary>
    public CloseSequence With(string name, params string[] wire) => this with { Name = name, Wire = wire };
}
