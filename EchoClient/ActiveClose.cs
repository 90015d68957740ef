using System.Net.Sockets;
using EchoClient.Checking;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoClient;

/// <summary>
/// The active close (RFC 9293 3.6, case 1): we close first. Its mirror is <c>EchoServer/PassiveClose.cs</c>; read the
/// two files side by side. The comments number the segments of the default run as the README's diagram does. If the
/// server resets the connection, the next call throws <see cref="ConnectionEndedException"/>; the caller reports it and
/// closes the socket.
/// </summary>
internal static class ActiveClose
{
    /// <summary>Sends everything, queues a FIN, reads what the server still sends, and closes.</summary>
    /// <param name="socket">A connected socket.</param>
    /// <param name="message">The bytes to send.</param>
    /// <param name="echo">Compares the bytes that come back with the message.</param>
    public static async Task RunAsync(ObservedSocket socket, Payload message, EchoVerifier echo)
    {
        // Connect has returned: the SYN ACK (segment 2) has arrived, and our ACK (3) is on its way.
        // Client: ESTABLISHED. Server: ESTABLISHED when segment 3 arrives.
        // Send and receive at the same time. A client that sends all of a large message before it reads the echo fills
        // the buffers of both directions, and then both sides wait for each other forever.
        await Task.WhenAll(SendAndShutdownAsync(socket, message), ReadToEndAsync(socket, echo));

        // Both directions are finished. Dispose (Close does the same) closes the descriptor and sends nothing more.
        // The kernel keeps the connection, and with it our port, in TIME-WAIT for 2 MSL (MUST-13; 60 s on Linux). If
        // segment 11, our last ACK, is lost, the server repeats its FIN, and the kernel must acknowledge it again.
        // The side that sends the first FIN pays this price.
        socket.Dispose();
    }

    private static async Task SendAndShutdownAsync(ObservedSocket socket, Payload message)
    {
        // One Send, or several for a long message. Segment 4 is the message, segment 5 its acknowledgement.
        // Both sides stay ESTABLISHED (RFC 9293 3.10.2).
        await socket.SendAsync(message);

        // "I have sent everything." Segment 6, our FIN, follows the last byte. Client: FIN-WAIT-1. Server: CLOSE-WAIT
        // (RFC 9293 3.10.4). From here on Send fails and Socket.Connected is false, but Receive works. Close instead of
        // Shutdown would end both directions, and our kernel would answer the echo with a RST (3.6.1).
        socket.Shutdown(SocketShutdown.Send);
    }

    private static async Task ReadToEndAsync(ObservedSocket socket, EchoVerifier echo)
    {
        // Segment 7 acknowledges our FIN. Client: FIN-WAIT-2, half-closed. No call reports this. The next log line
        // shows it in its state column.
        // Segment 8, the echo, arrives after our FIN was sent. We still receive it (RFC 9293 3.10.3), and the kernel
        // acknowledges it (9).
        // Segment 10, the server's FIN, ends the stream: a read returns no bytes. The kernel answers with segment 11,
        // the last ACK. Client: TIME-WAIT. Server: LAST-ACK, then CLOSED.
        while (await socket.ReceiveAsync() is { Length: > 0 } bytes)
            echo.Verify(bytes.Span);
    }
}
