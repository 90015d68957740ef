using TcpClose.Sockets;

namespace EchoClient.Scenarios;

/// <summary>
/// <c>refused</c>: a SYN to a port where nothing listens. No program answers it but the kernel, with a RST (RFC 9293
/// 3.5.2): <c>Connect</c> fails in <c>Connector.cs</c>, and there is no connection to play with.
/// </summary>
internal static class Refused
{
    /// <summary>The result if it is as it should be.</summary>
    public const string Sentence = "refused: a RST answered our SYN, as it should be";

    public static Task RunAsync(ObservedSocket socket, ScenarioContext context)
    {
        // It connected after all.
        socket.Abort("something listens there: give another --port");
        return Task.CompletedTask;
    }
}
