using System.Net.Sockets;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoClient.Scenarios;

/// <summary>
/// <c>late-data</c>: the server begins to send only after the client's FIN. Its mirror is
/// <c>EchoServer/Scenarios/LateData.cs</c>.
/// </summary>
internal static class LateData
{
    public static async Task RunAsync(ObservedSocket socket, ScenarioContext context)
    {
        await socket.SendAsync(context.RequestLine);

        // Our FIN. Client: FIN-WAIT-1, then FIN-WAIT-2, which has no timer while we hold the socket.
        socket.Shutdown(SocketShutdown.Send);

        // The server's data arrives after our FIN (RFC 9293 3.10.3). If we had closed, our kernel would answer it with
        // a RST.
        while (await socket.ReceiveAsync() is { Length: > 0 } bytes) context.Reply.Verify(bytes.Span);

        // We have read the server's FIN. Client: TIME-WAIT.
        socket.Dispose();
    }
}
