using TcpClose.Sockets;

namespace EchoClient.Scenarios;

/// <summary>
/// <c>refused</c>: a SYN to a port on which nothing listens. The kernel there answers with a RST (RFC 9293 3.5.2), and
/// <c>Connect</c> fails in <c>Connector.cs</c>.
/// </summary>
internal static class Refused
{
    /// <summary>The expected result.</summary>
    public const string Sentence = "refused: a RST answered our SYN, as expected";

    public static Task RunAsync(ObservedSocket socket, ScenarioContext context)
    {
        // Unexpected: Connect succeeded.
        socket.Abort("a program listens on that port: use another --port");
        return Task.CompletedTask;
    }
}
