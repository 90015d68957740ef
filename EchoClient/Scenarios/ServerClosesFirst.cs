using System.Net.Sockets;
using TcpClose.Kernel;

namespace EchoClient.Scenarios;

/// <summary>
/// <c>server-first</c>: the same close with the roles exchanged; the client closes passively. Its mirror is
/// <c>EchoServer/Acts/ServerFirst.cs</c>.
/// </summary>
internal static class ServerClosesFirst
{
    public static async Task<string> RunAsync(Act act)
    {
        await act.Exchange.SendAsync(act.Request);

        // The server's FIN, and nothing before it. Client: CLOSE-WAIT. Server: FIN-WAIT-2.
        while (await act.Exchange.ReceiveAsync() is { Length: > 0 } bytes) act.Exchange.Compare(bytes.Span);

        // We work for a while, so that the ACK of the server's FIN goes out alone (at once, it would ride on our data).
        await act.Exchange.PauseAsync(act.Options.Hold);

        // The server has finished, we have not: sending is allowed in CLOSE-WAIT (RFC 9293 3.10.2), and the server reads it.
        await act.Exchange.SendAsync(act.Options.Payload);

        // Our FIN. Client: LAST-ACK, and with the last ACK CLOSED: no TIME-WAIT here. Server: TIME-WAIT.
        act.Exchange.FinFollows();
        act.Log.FinQueued(Clock.Before(() => act.Socket.Shutdown(SocketShutdown.Send)));
        act.Log.SocketClosed(Clock.Before(act.Socket.Dispose));

        // No call tells whether the last ACK came, and with it that the server has everything: only the kernel knows.
        await act.Exchange.GoneAsync();
        return Outcome.Normal;
    }
}
