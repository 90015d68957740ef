using System.Net.Sockets;
using TcpClose.Sockets;

namespace EchoServer;

/// <summary>
/// The passive close (RFC 9293 3.6, case 2): the other side closes first. Its mirror is <c>EchoClient/ActiveClose.cs</c>;
/// read both side by side. The numbers are the segments of the default run, as the README draws them.
/// </summary>
internal static class PassiveClose
{
    /// <summary>Echoes until the client's FIN, then closes as well.</summary>
    /// <param name="socket">A connection that <c>Accept</c> has returned.</param>
    /// <param name="think">How long the server works before its first reply, and again before its FIN.</param>
    public static async Task RunAsync(ObservedSocket socket, TimeSpan think)
    {
        // The kernel has made the handshake (segments 1 to 3); Accept only handed it out. Both sides: ESTABLISHED.
        // Segment 4 brings bytes; the kernel has acknowledged them (5) before we read them. An empty read is the end of the
        // stream: segment 6, the client's FIN, "I have sent everything". The kernel acknowledges it on its own (7).
        // Server: CLOSE-WAIT. Client: FIN-WAIT-2.
        bool isFirst = true;
        while (await socket.ReceiveAsync() is { Length: > 0 } bytes)
        {
            if (isFirst) await socket.DelayAsync(think);
            isFirst = false;

            // Segment 8. The client's FIN may have arrived already: sending is allowed in CLOSE-WAIT (RFC 9293 3.10.2), because
            // a FIN closes one direction only (3.6.1). The client acknowledges (9).
            await socket.SendAsync(bytes);
        }

        // Half-closed: the client has finished, we have not. CLOSE-WAIT has no timer. A server that forgets to continue from
        // here leaves its connections in CLOSE-WAIT for ever.
        await socket.DelayAsync(think);

        // "I have sent everything, too." Segment 10, our FIN, follows the last byte of the echo.
        // Server: LAST-ACK. Client: TIME-WAIT, and it answers with segment 11, the last ACK. Server: CLOSED.
        // (RFC 9293 3.10.4, CLOSE in CLOSE-WAIT.) On loopback that is over before Shutdown returns, so the log usually
        // reads CLOSED.
        socket.Shutdown(SocketShutdown.Send);

        // Both directions are finished. Dispose (Close is the same) sends nothing more: it closes the descriptor. With unread
        // bytes it would send a RST here, and the client could lose the echo (SHLD-3).
        socket.Dispose();
    }
}
