using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoClient.Scenarios;

/// <summary>
/// <c>server-abort</c>: the server sends a RST instead of an answer. Its mirror is
/// <c>EchoServer/Scenarios/ServerAbort.cs</c>.
/// </summary>
internal static class ServerAbort
{
    public static async Task RunAsync(ObservedSocket socket, ScenarioContext context)
    {
        await socket.SendAsync(context.RequestLine);

        // Receive fails once, with ConnectionReset. The next Receive of a plain .NET socket would return 0, which looks
        // like an end of stream.
        while (await socket.ReceiveAsync() is { Length: > 0 } bytes) context.Reply.Verify(bytes.Span);

        // Unexpected: the server sent a FIN instead of the RST.
        socket.Dispose();
    }
}
