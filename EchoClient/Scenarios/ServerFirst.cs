using System.Net.Sockets;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoClient.Scenarios;

/// <summary>
/// <c>server-first</c>: a close with exchanged roles, in which the client closes passively. Its mirror is
/// <c>EchoServer/Scenarios/ServerFirst.cs</c>.
/// </summary>
internal static class ServerFirst
{
    public static async Task RunAsync(ObservedSocket socket, ScenarioContext context)
    {
        await socket.SendAsync(context.RequestLine);

        // Read to the server's FIN; no data precedes it. Client: CLOSE-WAIT. Server: FIN-WAIT-2.
        while (await socket.ReceiveAsync() is { Length: > 0 } bytes) context.Reply.Verify(bytes.Span);

        // A pause, so that the ACK of the server's FIN is a segment of its own; otherwise our data would carry it.
        await socket.DelayAsync(context.Options.Hold);

        // The server has finished sending, we have not. Sending is allowed in CLOSE-WAIT (RFC 9293 3.10.2), and the
        // server reads the data.
        await socket.SendAsync(context.Options.Payload);

        // Our FIN. Client: LAST-ACK and, with the last ACK, CLOSED, without TIME-WAIT. Server: TIME-WAIT.
        socket.Shutdown(SocketShutdown.Send);
        socket.Dispose();

        // No call reports the last ACK, which shows that the server has everything. Only the kernel's table does.
        await context.Kernel.WaitUntilClosedAsync();
    }
}
