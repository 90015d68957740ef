using System.Net.Sockets;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoClient.Scenarios;

/// <summary>
/// <c>server-first</c>: the client closes passively. Its mirror is <c>EchoServer/Scenarios/ServerFirst.cs</c>.
/// </summary>
internal static class ServerFirst
{
    public static async Task RunAsync(ObservedSocket socket, ScenarioContext context)
    {
        await socket.SendAsync(context.RequestLine);

        // Read to the server's FIN; no data precedes it. Client: CLOSE-WAIT. Server: FIN-WAIT-2.
        while (await socket.ReceiveAsync() is { Length: > 0 } bytes) context.Reply.Verify(bytes.Span);

        // Without this pause, our data would carry the ACK of the server's FIN.
        await socket.DelayAsync(context.Options.Hold);

        // Sending is allowed in CLOSE-WAIT (RFC 9293 3.10.2), and the server reads the data.
        await socket.SendAsync(context.Options.Payload);

        // Our FIN. Client: LAST-ACK, then CLOSED, without TIME-WAIT. Server: TIME-WAIT.
        socket.Shutdown(SocketShutdown.Send);
        socket.Dispose();

        // The last ACK shows that the server's kernel has everything. No call reports this ACK, but the kernel's table
        // shows the close.
        await context.Kernel.WaitUntilClosedAsync();
    }
}
