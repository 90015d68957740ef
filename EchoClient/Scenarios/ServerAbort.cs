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

        // Receive fails once, with ConnectionReset; ObservedSocket reports the reset. The next Receive of a plain .NET
        // socket would return 0, so a program that ignores the failure mistakes the reset for an end of stream.
        while (await socket.ReceiveAsync() is { Length: > 0 } bytes) context.Reply.Verify(bytes.Span);

        // The server sent a FIN instead of the RST, which is not what the scenario expects.
        socket.Dispose();
    }
}
