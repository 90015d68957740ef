using System.Net.Sockets;
using TcpClose.Kernel;

namespace EchoClient.Scenarios;

/// <summary>
/// <c>three-segments</c>: FIN, FIN ACK, ACK, for the server has nothing to add. Its mirror is
/// <c>EchoServer/Acts/ThreeSegments.cs</c>.
/// </summary>
internal static class ThreeSegments
{
    public static async Task<string> RunAsync(Act act)
    {
        await act.Exchange.SendAsync(act.Request);

        // Our FIN. Client: FIN-WAIT-1, until the server's FIN ACK brings it through FIN-WAIT-2 into TIME-WAIT at once.
        act.Exchange.FinFollows();
        act.Log.FinQueued(Clock.Before(() => act.Socket.Shutdown(SocketShutdown.Send)));
        while (await act.Exchange.ReceiveAsync() is { Length: > 0 } bytes) act.Exchange.Compare(bytes.Span);
        act.Log.SocketClosed(Clock.Before(act.Socket.Dispose));
        return Outcome.Normal;
    }
}
