using TcpClose.Kernel;

namespace EchoClient.Scenarios;

/// <summary>
/// <c>full-close</c>: <c>Close</c> where <c>Shutdown(Send)</c> was meant. Its mirror is
/// <c>EchoServer/Acts/FullClose.cs</c>.
/// </summary>
internal static class FullClose
{
    public static async Task<string> RunAsync(Act act)
    {
        await act.Exchange.SendAsync(act.Request);

        // The same FIN goes out as with Shutdown(Send), but nobody will ever read the answer. Client: FIN-WAIT-1, then
        // FIN-WAIT-2 without a program. The server's data is answered with a RST, and that ends it: no TIME-WAIT.
        act.Log.SocketClosed(Clock.Before(act.Socket.Dispose));
        await act.Exchange.GoneAsync();
        return Outcome.Normal;
    }
}
