using System.Net.Sockets;
using EchoServer.Hosting;
using TcpClose.Kernel;
using TcpClose.Sockets;

namespace EchoServer;

/// <summary>
/// The passive close (RFC 9293 3.6, case 2): the other side closes first. Its mirror is <c>EchoClient/ActiveClose.cs</c>;
/// read both side by side. The numbers are the segments of the default run, as the README draws them.
/// </summary>
internal static class PassiveClose
{
    /// <summary>Serves the client until its FIN, and closes behind it.</summary>
    public static async Task RunAsync(Socket socket, EchoConnection connection, CloseLog log)
    {
        // The handshake (segments 1 to 3) was the kernel's; Accept only handed it out. Both sides: ESTABLISHED.

        // Segment 4 brings bytes, segment 5 acknowledged them before we knew. An empty read is the end of stream:
        // segment 6, the client's FIN, "I have sent everything". The kernel acknowledges it on its own (segment 7).
        // Server: CLOSE-WAIT. Client: FIN-WAIT-2.
        ReadOnlyMemory<byte> bytes;
        for (bool first = true; (bytes = await connection.ReceiveAsync()).Length > 0; first = false)
        {
            if (first) await connection.ThinkAsync();

            // Segment 8. The client's FIN may lie behind these bytes already: sending is allowed in CLOSE-WAIT all
            // the same (RFC 9293 3.10.2), for a FIN closes one direction only (3.6.1). The client acknowledges: 9.
            await connection.SendAsync(bytes);
        }

        // Half-closed: the client has finished, we have not. Nothing hurries us; CLOSE-WAIT has no timer. A server
        // that forgets to go on from here leaves its connections in CLOSE-WAIT for ever.
        await connection.ThinkAsync();

        // "I have sent everything, too." Segment 10, our FIN, goes out behind the last byte of the echo.
        // Server: LAST-ACK. Client: TIME-WAIT, and it answers with segment 11, the last ACK. Server: CLOSED.
        // (RFC 9293 3.10.4, CLOSE in CLOSE-WAIT.) On loopback that is over before Shutdown returns, so the log mostly
        // reads CLOSED.
        // Shutdown succeeds after a client's RST as well, in .NET, so that is looked for first.
        connection.ThrowIfEnded();
        long shutdownAt = Clock.Now;
        socket.Shutdown(SocketShutdown.Send);
        log.FinQueued(shutdownAt);

        // Both directions are finished. Dispose (Close is the same) puts nothing more on the wire: it gives the
        // descriptor back. Had we left bytes unread, it would have sent a RST here, and the client could have lost the
        // echo (SHLD-3). Whoever claims the end first, this or an abort of the server's, is the one who closes.
        if (!connection.End.TryClaim()) return;
        long closeAt = Clock.Now;
        socket.Dispose();
        log.SocketClosed(closeAt);

        // A call that fails throws: Service then says how the connection ended, and disposes of the socket.
    }
}
