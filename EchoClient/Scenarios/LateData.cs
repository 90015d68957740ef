using System.Net.Sockets;
using TcpClose.Kernel;

namespace EchoClient.Scenarios;

/// <summary>
/// <c>late-data</c>: the client has said all it has to say; the server has not even begun. Its mirror is
/// <c>EchoServer/Acts/LateData.cs</c>.
/// </summary>
internal static class LateData
{
    public static async Task<string> RunAsync(Act act)
    {
        await act.Exchange.SendAsync(act.Request);

        // Our FIN. Client: FIN-WAIT-1, and with its ACK FIN-WAIT-2, which has no timer while we hold the socket.
        act.Exchange.FinFollows();
        act.Log.FinQueued(Clock.Before(() => act.Socket.Shutdown(SocketShutdown.Send)));

        // All that the server has to send comes now, behind our FIN (RFC 9293 3.10.3). A client that closed here instead
        // would answer it with a RST.
        while (await act.Exchange.ReceiveAsync() is { Length: > 0 } bytes) act.Exchange.Compare(bytes.Span);

        // The server's FIN was read: TIME-WAIT.
        act.Log.SocketClosed(Clock.Before(act.Socket.Dispose));
        return Outcome.Normal;
    }
}
