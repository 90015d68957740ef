using System.Net.Sockets;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoServer.Scenarios;

/// <summary>
/// <c>simultaneous</c>: both sides queue their FIN before they have read the other's (RFC 9293 3.6, figure 13). Its
/// mirror is <c>EchoClient/Scenarios/Simultaneous.cs</c>.
/// </summary>
internal static class Simultaneous
{
    public static async Task RunAsync(ObservedSocket socket, ScenarioRequest request)
    {
        // The client waits for the same time, and neither side reads.
        await socket.DelayAsync(request.Hold);

        // Our FIN. Server: FIN-WAIT-1. If the FINs cross, both sides enter CLOSING and, after the ACK, TIME-WAIT. If
        // the client's FIN has already arrived, the server goes from CLOSE-WAIT to LAST-ACK. That is usual on loopback.
        socket.Shutdown(SocketShutdown.Send);

        // Only now do we read.
        while (await socket.ReceiveAsync() is { Length: > 0 })
        {
        }

        socket.Dispose();
    }
}
