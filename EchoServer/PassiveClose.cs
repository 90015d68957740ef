using System.Net.Sockets;
using TcpClose.Sockets;

namespace EchoServer;

/// <summary>
/// The passive close (RFC 9293 3.6, case 2): the other side closes first. Its mirror is
/// <c>EchoClient/ActiveClose.cs</c>; read the two files side by side. The comments number the segments of the default
/// run as the README's diagram does. If the client resets the connection, the next call throws
/// <see cref="ConnectionEndedException"/>; the caller reports it and closes the socket.
/// </summary>
internal static class PassiveClose
{
    /// <summary>Echoes until the client's FIN, then closes as well.</summary>
    /// <param name="socket">A connection that <c>Accept</c> has returned.</param>
    /// <param name="think">How long the server works before its first reply, and again before its FIN.</param>
    public static async Task RunAsync(ObservedSocket socket, TimeSpan think)
    {
        // The kernel has completed the handshake (segments 1 to 3); Accept only returned the connection.
        // The handshake left both sides ESTABLISHED. Since then the client may have sent data and its FIN.
        // Segment 4 carries the message. The kernel acknowledges it (5), usually before we read it.
        while (await socket.ReceiveAsync() is { Length: > 0 } bytes)
        {
            // A pause before the first reply, so that no two segments of the default run are combined into one.
            if (socket.BytesSent == 0) await socket.DelayAsync(think);

            // Segment 8, the echo. The client's FIN may have arrived already. Sending is still allowed, in CLOSE-WAIT
            // (RFC 9293 3.10.2), because a FIN closes one direction only (3.6.1). The client acknowledges the echo (9).
            await socket.SendAsync(bytes);
        }

        // A read returned no bytes: segment 6, the client's FIN, ended the stream. It means "I have sent everything".
        // The kernel acknowledges it on its own (7), after up to 40 ms (delayed ACK).
        // Server: CLOSE-WAIT. Client: FIN-WAIT-2.
        // Half-closed: the client has finished sending, we have not. CLOSE-WAIT has no timer: a server that never calls
        // Shutdown or Close leaves its connections in CLOSE-WAIT forever.
        await socket.DelayAsync(think);

        // "I have sent everything, too." Segment 10, our FIN, follows the last byte of the echo.
        // Server: LAST-ACK (RFC 9293 3.10.4). Client: TIME-WAIT; it answers with segment 11, the last ACK.
        // Server: CLOSED. On loopback that ACK usually arrives before Shutdown returns, so the log shows CLOSED.
        socket.Shutdown(SocketShutdown.Send);

        // Both directions are finished. Dispose (Close does the same) closes the descriptor and sends nothing more.
        // If bytes were unread, the kernel could send a RST (SHLD-3), and the client could lose the echo. Here
        // everything up to the FIN has been read.
        socket.Dispose();
    }
}
