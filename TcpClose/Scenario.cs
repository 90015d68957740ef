namespace TcpClose;

/// <summary>One way in which a TCP connection closes, and what must be seen of it.</summary>
/// <param name="Name">Its name on the command line and in the request.</param>
/// <param name="Sentence">What happens.</param>
/// <param name="Teaches">What it teaches.</param>
/// <param name="Section">The section of RFC 9293 that says so.</param>
public sealed record Scenario(string Name, string Sentence, string Teaches, string Section)
{
    /// <summary>Whether the client asks the server for it (<see cref="ActRequest"/>); the default is the plain echo.</summary>
    public bool IsAct { get; init; } = true;

    /// <summary>What the server has to be started with, so that it need not be waited for long.</summary>
    public IReadOnlyList<string> ServerArguments { get; init; } = [];

    /// <summary>The states of the client's socket in order, as the kernel's trace tells them.</summary>
    public required string ClientStates { get; init; }

    /// <summary>The states of the server's socket in order, as the kernel's trace tells them.</summary>
    public required string ServerStates { get; init; }

    /// <summary>Which side is in TIME-WAIT afterwards; null for none.</summary>
    public Side? TimeWait { get; init; }

    /// <summary>
    /// What goes over the wire after the handshake, in order: <c>client data</c> (one or more segments), <c>client FIN</c>,
    /// <c>server RST</c>, and <c>server ACK</c> where the acknowledgement of a FIN is a segment of its own.
    /// </summary>
    public required IReadOnlyList<string> Wire { get; init; }
}
