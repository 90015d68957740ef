using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoServer.Scenarios;

/// <summary>
/// <c>server-abort</c>: linger 0 makes the kernel discard pending data and send a RST instead of a FIN (RFC 9293
/// 3.10.5). Neither side enters TIME-WAIT. Its mirror is <c>EchoClient/Scenarios/ServerAbort.cs</c>.
/// </summary>
internal static class ServerAbort
{
    public static async Task RunAsync(ObservedSocket socket, ScenarioRequest request)
    {
        await socket.DelayAsync(request.Hold);

        // Linger 0 and Close: our kernel sends a RST, which is not acknowledged. Server and client go from ESTABLISHED
        // to CLOSED. If the client's RST has already arrived, our kernel sends no RST, and the log reports the client's
        // RST.
        socket.Abort("requested by the client");
    }
}
