using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoServer.Scenarios;

/// <summary>
/// <c>client-abort</c>: the client's RST comes in place of a FIN. <c>Receive</c> fails once; the next call would return 0, which
/// looks like a FIN. Its mirror is <c>EchoClient/Scenarios/ClientAbort.cs</c>.
/// </summary>
internal static class ClientAbort
{
    public static async Task RunAsync(ObservedSocket socket, ScenarioRequest request)
    {
        // The RST takes the server from ESTABLISHED to CLOSED: no CLOSE-WAIT, no LAST-ACK. Receive fails, and the failure ends
        // this method; ObservedSocket reports the reset.
        while (await socket.ReceiveAsync() is { Length: > 0 })
        {
        }

        // The client sent a FIN instead: it has changed its mind.
        socket.Dispose();
    }
}
