using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoClient.Scenarios;

/// <summary>
/// <c>client-abort</c>: linger 0 makes the kernel discard pending data and send a RST instead of a FIN (RFC 9293
/// 3.10.5). Its mirror is <c>EchoServer/Scenarios/ClientAbort.cs</c>.
/// </summary>
internal static class ClientAbort
{
    public static async Task RunAsync(ObservedSocket socket, ScenarioContext context)
    {
        await socket.SendAsync(context.RequestLine);

        // Both sides go from ESTABLISHED to CLOSED with one segment, without TIME-WAIT. A RST is neither acknowledged
        // nor repeated.
        socket.Abort("as requested");
    }
}
