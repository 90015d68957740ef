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

        // The pause gives the server time to call Receive before our FIN arrives. The server must then send its FIN
        // within 40 ms: later, its kernel sends the ACK alone.
        await socket.DelayAsync(Pause);

        // Our FIN. Client: FIN-WAIT-1. The server's FIN ACK takes the client to TIME-WAIT in one step.
        socket.Shutdown(SocketShutdown.Send);
        while (await socket.ReceiveAsync() is { Length: > 0 } bytes) context.Reply.Verify(bytes.Span);
        socket.Dispose();
    }
}
