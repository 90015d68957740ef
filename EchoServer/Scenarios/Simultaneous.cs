using System.Net.Sockets;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoServer.Scenarios;

/// <summary>
/// <c>simultaneous</c>: both sides queue their FIN before they have read the other's (RFC 9293 3.6, figure 13). Its mirror
/// is <c>EchoClient/Scenarios/Simultaneous.cs</c>.
/// </summary>
internal static class Simultaneous
{
    public static async Task RunAsync(ObservedSocket socket, ScenarioRequest request)
    {
        // The client waits equally long, and neither side reads.
        await socket.DelayAsync(request.Hold);

        // Our FIN. Server: FIN-WAIT-1. If the two FINs cross on the way, each side receives a FIN where it expects an ACK:
        // CLOSING, and with the ACK TIME-WAIT, on both sides. But if the client's FIN has arrived already, read or not, the
        // server was in CLOSE-WAIT and is now in LAST-ACK: on loopback a segment takes microseconds.
        socket.Shutdown(SocketShutdown.Send);

        // Only now do we read.
        while (await socket.ReceiveAsync() is { Length: > 0 })
        {
        }

        socket.Dispose();
    }
}
