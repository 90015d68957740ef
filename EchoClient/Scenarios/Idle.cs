using TcpClose.Kernel;

namespace EchoClient.Scenarios;

/// <summary>
/// <c>idle</c>: the client connects and says nothing, not even what it wants. TCP itself would leave that so for ever;
/// it is the server's idle time-out that ends it, with a RST. The server has no act for this: it is the plain echo.
/// </summary>
internal static class Idle
{
    public static async Task<string> RunAsync(Act act)
    {
        // Without a limit of our own; Ctrl+C ends it. Client and server: ESTABLISHED, then, with the RST, CLOSED.
        act.Exchange.WaitForEver();
        while (await act.Exchange.ReceiveAsync() is { Length: > 0 } bytes) act.Exchange.Compare(bytes.Span);

        // No RST but a FIN: not what was asked for.
        act.Log.SocketClosed(Clock.Before(act.Socket.Dispose));
        return Outcome.Normal;
    }
}
