using TcpClose.Kernel;

namespace EchoServer.Scenarios;

/// <summary>
/// <c>client-abort</c>: the server waits, and the client's RST comes in place of a FIN. <c>Receive</c> fails, once; the
/// next call would return 0, which looks like a FIN and is none. Its mirror is <c>EchoClient/Acts/ClientAbort.cs</c>.
/// </summary>
internal static class ClientAbort
{
    public static async Task RunAsync(Act act)
    {
        // Server: ESTABLISHED, then, with the RST, CLOSED at once: no CLOSE-WAIT, no LAST-ACK. The failed Receive
        // throws, and ConnectionEnd logs the reset and closes.
        while ((await act.Connection.ReceiveAsync()).Length > 0)
        {
        }

        // A client that sends a FIN instead has changed its mind: an ordinary end.
        if (act.Connection.End.TryClaim()) act.Log.SocketClosed(Clock.Before(act.Socket.Dispose));
    }
}
