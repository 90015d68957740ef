using System.Net.Sockets;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoServer.Scenarios;

/// <summary>
/// <c>full-close</c>: the client's FIN looks like any other FIN. Until the server sends, it cannot detect that the
/// client no longer reads. Its mirror is <c>EchoClient/Scenarios/FullClose.cs</c>.
/// </summary>
internal static class FullClose
{
    public static async Task RunAsync(ObservedSocket socket, ScenarioRequest request)
    {
        // Read to the client's FIN. Server: CLOSE-WAIT. So far nothing distinguishes a half-close from a full close.
        while (await socket.ReceiveAsync() is { Length: > 0 })
        {
        }

        await socket.DelayAsync(request.Hold);

        // This Send succeeds, because our kernel accepts the bytes. The client's kernel answers them with a RST, which
        // closes the connection.
        await socket.SendAsync(Payload.Generated(request.Bytes));

        // On loopback the RST has arrived by now. ObservedSocket reads the pending error (SO_ERROR) before it calls
        // Shutdown, and throws. A plain .NET socket's Shutdown and Dispose succeed and hide the RST. If the RST has not
        // arrived yet, both calls succeed as in a normal close.
        socket.Shutdown(SocketShutdown.Send);
        socket.Dispose();
    }
}
