using System.Net.Sockets;
using TcpClose.Kernel;

namespace EchoServer.Scenarios;

/// <summary>
/// <c>late-data</c>: the client has finished, the server has not even begun. A FIN means "I have sent everything", not
/// "goodbye" (RFC 9293 3.6.1). Its mirror is <c>EchoClient/Acts/LateData.cs</c>.
/// </summary>
internal static class LateData
{
    public static async Task RunAsync(Act act)
    {
        // Read to the client's FIN. Server: CLOSE-WAIT. Client: FIN-WAIT-2. A server that took this for the end of the
        // connection would close here, and lose all that follows.
        while ((await act.Connection.ReceiveAsync()).Length > 0)
        {
        }

        // Neither state has a timer while both programs hold their sockets: this may take as long as it likes.
        await act.Connection.HoldAsync(act.Request.Hold);

        // Sending in CLOSE-WAIT (3.10.2): the client acknowledges and reads, half-closed.
        await act.Connection.SendPatternAsync(act.Request.Bytes);

        // Our FIN: LAST-ACK, and with the client's ACK CLOSED. Client: TIME-WAIT.
        act.Connection.ThrowIfEnded();
        act.Log.FinQueued(Clock.Before(() => act.Socket.Shutdown(SocketShutdown.Send)));
        if (act.Connection.End.TryClaim()) act.Log.SocketClosed(Clock.Before(act.Socket.Dispose));
    }
}
