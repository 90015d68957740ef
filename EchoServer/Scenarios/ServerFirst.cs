using System.Net.Sockets;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoServer.Scenarios;

/// <summary>
/// <c>server-first</c>: the server closes first. This is the active close, and TIME-WAIT is on the server's port (RFC
/// 9293 3.6, MUST-13). Its mirror is <c>EchoClient/Scenarios/ServerFirst.cs</c>.
/// </summary>
internal static class ServerFirst
{
    public static async Task RunAsync(ObservedSocket socket, ScenarioRequest request)
    {
        // Our FIN first. Server: FIN-WAIT-1, then FIN-WAIT-2. Client: CLOSE-WAIT.
        socket.Shutdown(SocketShutdown.Send);

        // We read to the client's FIN, in FIN-WAIT-2 (3.10.3). Server: TIME-WAIT. The client waits for the hold before
        // it sends, so the inactivity time-out is extended.
        socket.ExtendInactivityTimeout(request.Hold);
        while (await socket.ReceiveAsync() is { Length: > 0 })
        {
        }

        // The port stays in TIME-WAIT. A server that is restarted now needs SO_REUSEADDR (.NET sets it on Unix;
        // --no-reuse-address shows what happens without it).
        socket.Dispose();
    }
}
