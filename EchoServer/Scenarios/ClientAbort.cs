using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoServer.Scenarios;

/// <summary>
/// <c>client-abort</c>: the client sends a RST instead of a FIN. Its mirror is
/// <c>EchoClient/Scenarios/ClientAbort.cs</c>.
/// </summary>
internal static class ClientAbort
{
    public static async Task RunAsync(ObservedSocket socket, ScenarioRequest request)
    {
        // The RST takes the server from ESTABLISHED directly to CLOSED, and Receive throws. The next Receive of a plain
        // .NET socket would return 0, which looks like a FIN.
        while (await socket.ReceiveAsync() is { Length: > 0 })
        {
        }

        // The client sent a FIN instead of the RST.
        socket.Dispose();
    }
}
