using System.Net.Sockets;
using TcpClose.Kernel;

namespace EchoServer.Scenarios;

/// <summary>
/// <c>three-segments</c>: the server has nothing to say and closes at once. The kernel holds its ACK of the client's FIN
/// back for a moment, and our FIN takes it along: FIN, FIN ACK, ACK (RFC 9293 3.6). Its mirror is
/// <c>EchoClient/Acts/ThreeSegments.cs</c>.
/// </summary>
internal static class ThreeSegments
{
    public static async Task RunAsync(Act act)
    {
        // Read to the client's FIN. Server: CLOSE-WAIT. Client: FIN-WAIT-1, for its FIN is not acknowledged yet.
        while ((await act.Connection.ReceiveAsync()).Length > 0)
        {
        }

        // At once: one segment with FIN and ACK. Server: LAST-ACK. Client: through FIN-WAIT-2 into TIME-WAIT in one go.
        act.Connection.ThrowIfEnded();
        act.Log.FinQueued(Clock.Before(() => act.Socket.Shutdown(SocketShutdown.Send)));
        if (act.Connection.End.TryClaim()) act.Log.SocketClosed(Clock.Before(act.Socket.Dispose));
    }
}
