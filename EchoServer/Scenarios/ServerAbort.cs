using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoServer.Scenarios;

/// <summary>
/// <c>server-abort</c>: linger 0 makes the kernel discard pending data and send a RST (RFC 9293 3.10.5). There is no
/// TIME-WAIT. Its mirror is <c>EchoClient/Scenarios/ServerAbort.cs</c>.
/// </summary>
internal static class ServerAbort
{
    public static async Task RunAsync(ObservedSocket socket, ScenarioRequest request)
    {
        await socket.DelayAsync(request.Hold);

        // Linger 0 and Close: our kernel sends a RST. Server and client go from ESTABLISHED to CLOSED.
        socket.Abort("requested by the client");
    }
}
