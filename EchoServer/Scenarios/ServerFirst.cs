using System.Net.Sockets;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoServer.Scenarios;

/// <summary>
/// <c>server-first</c>: the active role belongs to the side that closes first, which can be the server. Here the server
/// closes actively, and TIME-WAIT is on its port (RFC 9293 3.6, MUST-13). Its mirror is
/// <c>EchoClient/Scenarios/ServerFirst.cs</c>.
/// </summary>
internal static class ServerFirst
{
    public static async Task RunAsync(ObservedSocket socket, ScenarioRequest request)
    {
        // Our FIN first. Server: FIN-WAIT-1, then FIN-WAIT-2. Client: CLOSE-WAIT.
        socket.Shutdown(SocketShutdown.Send);

        // The client continues to send, and we read to its FIN, in FIN-WAIT-2 (3.10.3). Server: TIME-WAIT. The client
        // waits for the requested hold before it sends, so the inactivity time-out is extended by the hold.
        socket.ExtendInactivityTimeout(request.Hold);
        while (await socket.ReceiveAsync() is { Length: > 0 })
        {
        }

        // The descriptor is closed; the port stays in TIME-WAIT. A server that is restarted now needs SO_REUSEADDR to
        // bind its port (.NET sets it on Unix; --no-reuse-address shows what happens without it).
        socket.Dispose();
    }
}
