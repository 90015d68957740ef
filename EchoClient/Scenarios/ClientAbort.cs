using System.Net.Sockets;
using TcpClose.Kernel;

namespace EchoClient.Scenarios;

/// <summary>
/// <c>client-abort</c>: linger 0 makes the kernel drop what is under way and send a RST in place of a FIN (RFC 9293
/// 3.10.5). Its mirror is <c>EchoServer/Acts/ClientAbort.cs</c>.
/// </summary>
internal static class ClientAbort
{
    public static async Task<string> RunAsync(Act act)
    {
        await act.Exchange.SendAsync(act.Request);

        // Both sides: from ESTABLISHED to CLOSED in one segment, which nobody acknowledges. No TIME-WAIT: a RST that
        // is lost is not repeated, and the server would learn of it only when it sends.
        act.Socket.LingerState = new LingerOption(true, 0);
        act.Log.Aborted(Clock.Before(act.Socket.Dispose), "as asked");
        return Outcome.Aborted;
    }
}
