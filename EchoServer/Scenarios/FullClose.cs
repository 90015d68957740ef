using System.Net.Sockets;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoServer.Scenarios;

/// <summary>
/// <c>full-close</c>: the client's FIN looks like any other. Only when the server sends does it learn that the client no longer
/// reads. Its mirror is <c>EchoClient/Scenarios/FullClose.cs</c>.
/// </summary>
internal static class FullClose
{
    public static async Task RunAsync(ObservedSocket socket, ScenarioRequest request)
    {
        // The client's FIN. Server: CLOSE-WAIT. Nothing distinguishes a half-close from a full close yet.
        while (await socket.ReceiveAsync() is { Length: > 0 })
        {
        }

        await socket.DelayAsync(request.Hold);

        // This Send succeeds, because the kernel takes the bytes. The client's kernel answers them with a RST, which closes the
        // connection: the next call fails.
        await socket.SendAsync(Payload.Generated(request.Bytes));

        // If the RST is still on its way (not on loopback), this is a normal end.
        socket.Shutdown(SocketShutdown.Send);
        socket.Dispose();
    }
}
