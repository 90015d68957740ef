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

        // A pause, so that the ACK of the server's FIN is a segment of its own. Without the pause, our data would carry
        // the ACK.
        await socket.DelayAsync(context.Options.Hold);

        // The server has finished sending, we have not. Sending is allowed in CLOSE-WAIT (RFC 9293 3.10.2), and the
        // server reads the data.
        await socket.SendAsync(context.Options.Payload);

        // Our FIN. Client: LAST-ACK and, with the last ACK, CLOSED, without TIME-WAIT. Server: TIME-WAIT.
        socket.Shutdown(SocketShutdown.Send);
        socket.Dispose();

        // The last ACK shows that the server's kernel has everything. No call reports this ACK; the kernel's table
        // shows that the connection is closed.
        await context.Kernel.WaitUntilClosedAsync();
    }
}
