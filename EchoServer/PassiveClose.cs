using System.Net.Sockets;
using TcpClose.Sockets;

namespace EchoServer;

/// <summary>
/// The passive close (RFC 9293 3.6, case 2): the other side closes first. Its mirror is
/// <c>EchoClient/ActiveClose.cs</c>; read the two files side by side. The numbers are the segments of the default run,
/// as in the README's diagram.
/// </summary>
internal static class PassiveClose
{
    /// <summary>Echoes until the client's FIN, then closes as well.</summary>
    /// <param name="socket">A connection that <c>Accept</c> has returned.</param>
    /// <param name="think">How long the server works before its first reply, and again before its FIN.</param>
    public static async Task RunAsync(ObservedSocket socket, TimeSpan think)
    {
        // The kernel has completed the handshake (segments 1 to 3); Accept only returned the connection.
        // Both sides: ESTABLISHED.
        // Segment 4 carries the message. The kernel acknowledges it (5) before we read it. Segment 6, the client's FIN,
        // means "I have sent everything": it ends the stream, and a read returns no bytes. The kernel acknowledges the
        // FIN on its own (7). Server: CLOSE-WAIT. Client: FIN-WAIT-2.
        bool isFirst = true;
        while (await socket.ReceiveAsync() is { Length: > 0 } bytes)
        {
            if (isFirst) await socket.DelayAsync(think);
            isFirst = false;

            // Segment 8, the echo. The client's FIN may have arrived already. Sending is still allowed, in CLOSE-WAIT
            // (RFC 9293 3.10.2), because a FIN closes one direction only (3.6.1). The client acknowledges the echo (9).
            await socket.SendAsync(bytes);
        }

        // Half-closed: the client has finished sending, we have not. CLOSE-WAIT has no timer: a server that never calls
        // Shutdown or Close leaves its connections in CLOSE-WAIT forever.
        await socket.DelayAsync(think);

        // "I have sent everything, too." Segment 10, our FIN, follows the last byte of the echo.
        // Server: LAST-ACK (RFC 9293 3.10.4). Client: TIME-WAIT; it answers with segment 11, the last ACK.
        // Server: CLOSED. On loopback that ACK usually arrives before Shutdown returns, so the log shows CLOSED.
        socket.Shutdown(SocketShutdown.Send);

        // Both directions are finished. Dispose (Close does the same) closes the descriptor and sends nothing more.
        // With unread bytes it would send a RST (SHLD-3), and the client could lose the echo.
        socket.Dispose();
    }
}
