using System.Net.Sockets;
using TcpClose.Kernel;

namespace EchoServer.Scenarios;

/// <summary>
/// <c>server-first</c>: the roles belong to whoever closes first, not to client and server. Now the server closes
/// actively, and TIME-WAIT is on its port (RFC 9293 3.6, MUST-13). Its mirror is <c>EchoClient/Acts/ServerFirst.cs</c>.
/// </summary>
internal static class ServerClosesFirst
{
    public static async Task RunAsync(Act act)
    {
        // Our FIN first. Server: FIN-WAIT-1, then FIN-WAIT-2. Client: CLOSE-WAIT.
        act.Connection.ThrowIfEnded();
        act.Log.FinQueued(Clock.Before(() => act.Socket.Shutdown(SocketShutdown.Send)));

        // The client goes on sending, and we read all of it, in FIN-WAIT-2 (3.10.3), to its FIN. Server: TIME-WAIT. It has
        // said how long it will be silent before: so long it is not idle.
        act.Connection.End.AllowSilence(act.Request.Hold);
        while ((await act.Connection.ReceiveAsync()).Length > 0)
        {
        }

        // The descriptor goes; the port stays in TIME-WAIT. A server that is started anew now needs SO_REUSEADDR to
        // have its port again (.NET sets it on Unix; --no-reuse-address shows what happens without).
        if (act.Connection.End.TryClaim()) act.Log.SocketClosed(Clock.Before(act.Socket.Dispose));
    }
}
