using System.Net.Sockets;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoServer.Scenarios;

/// <summary>
/// <c>full-close</c>: until the server sends, it cannot detect that the client no longer reads. Its mirror is
/// <c>EchoClient/Scenarios/FullClose.cs</c>.
/// </summary>
internal static class FullClose
{
    public static async Task RunAsync(ObservedSocket socket, ScenarioRequest request)
    {
        // Read to the client's FIN, which looks like any other FIN. Server: CLOSE-WAIT.
        while (await socket.ReceiveAsync() is { Length: > 0 })
        {
        }

        await socket.DelayAsync(request.Hold);

        // This Send succeeds, because our kernel accepts the bytes. The client's kernel answers with a RST.
        await socket.SendAsync(Payload.Generated(request.Bytes));

        // On loopback the RST has arrived by now. ObservedSocket reads the pending error (SO_ERROR) before Shutdown,
        // and throws. A plain .NET socket's Shutdown and Dispose would succeed and hide the RST.
        socket.Shutdown(SocketShutdown.Send);
        socket.Dispose();
    }
}
