using TcpClose.Events;

namespace TcpClose.Scenarios;

/// <summary>One form of a close: the states of both sides and the segments on the wire.</summary>
/// <param name="Name">How it differs from the scenario's other forms.</param>
/// <param name="ClientStates">The client's states in order, to CLOSED or TIME-WAIT.</param>
/// <param name="ServerStates">The server's states in order; empty if no server takes part.</param>
/// <param name="Wire">
/// The segments after the handshake, in order, such as <c>client FIN</c> or <c>server RST</c>. <c>client data</c> means
/// one or more segments. An ACK is listed only if it acknowledges a FIN and has a segment of its own. If the handshake
/// fails, the SYN is included.
/// </param>
public sealed record CloseSequence(string Name, string ClientStates, string ServerStates, IReadOnlyList<string> Wire)
{
    private const string TimeWaitLast = " → TIME-WAIT";

    /// <summary>The sides that are in TIME-WAIT afterwards.</summary>
    public IReadOnlyList<Side> TimeWait =>
        [.. ((Side[])[Side.Client, Side.Server])
            .Where(side => StatesOf(side).EndsWith(TimeWaitLast, StringComparison.Ordinal))];

    /// <summary>The segments on the wire, without the data.</summary>
    public IReadOnlyList<string> Close => [.. Wire.Where(s => !s.EndsWith(" data", StringComparison.Ordinal))];

    /// <summary>The states of one side in order.</summary>
    public string StatesOf(Side side) => side == Side.Client ? ClientStates : ServerStates;

    /// <summary>The states of one side in the kernel's trace, which reports CLOSED when TIME-WAIT begins.</summary>
    public string TraceOf(Side side) => StatesOf(side).Replace(TimeWaitLast, " → CLOSED", StringComparison.Ordinal);

    /// <summary>A sequence with the same states and other segments.</summary>
    public CloseSequence With(string name, params string[] wire) => this with { Name = name, Wire = wire };
}
