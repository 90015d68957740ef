using System.Net.Sockets;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoClient.Scenarios;

/// <summary>
/// <c>server-first</c>: the same close with the roles exchanged; the client closes passively. Its mirror is
/// <c>EchoServer/Scenarios/ServerFirst.cs</c>.
/// </summary>
internal static class ServerFirst
{
    public static async Task RunAsync(ObservedSocket socket, ScenarioContext context)
    {
        await socket.SendAsync(context.Request);

        // The server's FIN, and nothing before it. Client: CLOSE-WAIT. Server: FIN-WAIT-2.
        while (await socket.ReceiveAsync() is { Length: > 0 } bytes) context.Reply.Verify(bytes.Span);

        // We work for a while, so that the ACK of the server's FIN goes out alone (otherwise it would go with our data).
        await socket.DelayAsync(context.Options.Hold);

        // The server has finished, we have not: sending is allowed in CLOSE-WAIT (RFC 9293 3.10.2), and the server reads it.
        await socket.SendAsync(context.Options.Payload);

        // Our FIN. Client: LAST-ACK, and with the last ACK CLOSED: no TIME-WAIT here. Server: TIME-WAIT.
        socket.Shutdown(SocketShutdown.Send);
        socket.Dispose();

        // No call reports that the last ACK came, and so that the server has everything: only the kernel knows.
        await context.Kernel.WaitUntilClosedAsync();
    }
}
