using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoClient.Scenarios;

/// <summary>
/// <c>client-abort</c>: linger 0 makes the kernel drop what is under way and send a RST in place of a FIN (RFC 9293
/// 3.10.5). Its mirror is <c>EchoServer/Scenarios/ClientAbort.cs</c>.
/// </summary>
internal static class ClientAbort
{
    public static async Task RunAsync(ObservedSocket socket, ScenarioContext context)
    {
        await socket.SendAsync(context.Request);

        // Both sides: from ESTABLISHED to CLOSED with one segment, which is not acknowledged. No TIME-WAIT: a RST that is lost
        // is not repeated, and the server would learn of it only when it sends.
        socket.Abort("as asked");
    }
}
