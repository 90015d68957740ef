using TcpClose.Sockets;

namespace EchoClient.Scenarios;

/// <summary>
/// <c>idle</c>: the client connects and sends nothing, not even what it wants. TCP itself would leave that so for ever; the
/// server's inactivity time-out ends it, with a RST. The server has no scenario for this: it is the plain echo.
/// </summary>
internal static class Idle
{
    public static async Task RunAsync(ObservedSocket socket, ScenarioContext context)
    {
        // Without a time-out of our own; Ctrl+C ends it. Client and server: ESTABLISHED, then, with the RST, CLOSED.
        while (await socket.ReceiveAsync() is { Length: > 0 } bytes) context.Reply.Verify(bytes.Span);

        // A FIN in place of the RST: not what was asked for.
        socket.Dispose();
    }
}
