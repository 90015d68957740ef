using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoServer.Scenarios;

/// <summary>
/// <c>server-abort</c>: linger 0 makes the kernel drop what is under way and send a RST in place of a FIN (RFC 9293
/// 3.10.5). No TIME-WAIT on either side. Its mirror is <c>EchoClient/Scenarios/ServerAbort.cs</c>.
/// </summary>
internal static class ServerAbort
{
    public static async Task RunAsync(ObservedSocket socket, ScenarioRequest request)
    {
        await socket.DelayAsync(request.Hold);

        // Linger 0 and Close. Server and client: from ESTABLISHED to CLOSED with one segment, which is not acknowledged. If the
        // client's RST has come meanwhile, the kernel sends none, and the log reports the client's.
        socket.Abort("as the client asked");
    }
}
