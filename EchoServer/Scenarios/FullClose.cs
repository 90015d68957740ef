using System.Net.Sockets;
using TcpClose.Kernel;

namespace EchoServer.Scenarios;

/// <summary>
/// <c>full-close</c>: the client's FIN looks like any other. Only when the server sends does it learn that nobody reads
/// any more. Its mirror is <c>EchoClient/Acts/FullClose.cs</c>.
/// </summary>
internal static class FullClose
{
    public static async Task RunAsync(Act act)
    {
        // The client's FIN. Server: CLOSE-WAIT. From here nothing tells a half-close from a full one.
        while ((await act.Connection.ReceiveAsync()).Length > 0)
        {
        }

        await act.Connection.HoldAsync(act.Request.Hold);

        // This Send succeeds, for the kernel takes the bytes; the RST that answers them closes the connection. The next
        // call would fail. Shutdown would succeed even so, in .NET, and hide it.
        await act.Connection.SendPatternAsync(act.Request.Bytes);
        act.Connection.ThrowIfEnded();

        // Where the RST is still on its way (no loopback), this is an ordinary end.
        act.Log.FinQueued(Clock.Before(() => act.Socket.Shutdown(SocketShutdown.Send)));
        if (act.Connection.End.TryClaim()) act.Log.SocketClosed(Clock.Before(act.Socket.Dispose));
    }
}
