using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoClient.Scenarios;

/// <summary>
/// <c>server-abort</c>: the server's RST comes in place of an answer. Its mirror is
/// <c>EchoServer/Scenarios/ServerAbort.cs</c>.
/// </summary>
internal static class ServerAbort
{
    public static async Task RunAsync(ObservedSocket socket, ScenarioContext context)
    {
        await socket.SendAsync(context.Request);

        // Receive fails with ConnectionReset, once; ObservedSocket reports it. The next Receive would return 0: a program that
        // overlooks the failure takes a reset for an end of stream.
        while (await socket.ReceiveAsync() is { Length: > 0 } bytes) context.Reply.Verify(bytes.Span);

        // A FIN in place of the RST: not what was asked for.
        socket.Dispose();
    }
}
