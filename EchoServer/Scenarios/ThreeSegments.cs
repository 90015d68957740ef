using System.Net.Sockets;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoServer.Scenarios;

/// <summary>
/// <c>three-segments</c>: the server has nothing to send and closes immediately. The kernel delays its ACK of the
/// client's FIN, so our FIN carries the ACK: FIN, FIN ACK, ACK (RFC 9293 3.6). Its mirror is
/// <c>EchoClient/Scenarios/ThreeSegments.cs</c>.
/// </summary>
internal static class ThreeSegments
{
    public static async Task RunAsync(ObservedSocket socket, ScenarioRequest request)
    {
        // Read to the client's FIN. Server: CLOSE-WAIT. Client: FIN-WAIT-1 (no ACK yet).
        while (await socket.ReceiveAsync() is { Length: > 0 })
        {
        }

        // One segment carries FIN and ACK. Server: LAST-ACK. Client: TIME-WAIT.
        socket.Shutdown(SocketShutdown.Send);
        socket.Dispose();
    }
}
