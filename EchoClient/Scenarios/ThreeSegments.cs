using System.Net.Sockets;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoClient.Scenarios;

/// <summary>
/// <c>three-segments</c>: FIN, FIN ACK, ACK, because the server has nothing to send. Its mirror is
/// <c>EchoServer/Scenarios/ThreeSegments.cs</c>.
/// </summary>
internal static class ThreeSegments
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public static async Task RunAsync(ObservedSocket socket, ScenarioContext context)
    {
        await socket.SendAsync(context.RequestLine);

        // When the FIN arrives, the server must already wait for it: its kernel delays the ACK for only 40 ms.
        await socket.DelayAsync(Pause);

        // Our FIN. Client: FIN-WAIT-1. The server's FIN ACK then takes it through FIN-WAIT-2 into TIME-WAIT in one
        // step.
        socket.Shutdown(SocketShutdown.Send);
        while (await socket.ReceiveAsync() is { Length: > 0 } bytes) context.Reply.Verify(bytes.Span);
        socket.Dispose();
    }
}
