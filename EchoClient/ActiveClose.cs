using System.Net.Sockets;
using EchoClient.Checking;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoClient;

/// <summary>
/// The active close (RFC 9293 3.6, case 1): we close first. Its mirror is <c>EchoServer/PassiveClose.cs</c>; read both
/// side by side. The numbers are the segments of the default run, as the README draws them.
/// </summary>
internal static class ActiveClose
{
    /// <summary>Sends everything, says so with a FIN, reads what the server still has to send, and closes.</summary>
    /// <param name="socket">A connected socket.</param>
    /// <param name="message">What to send.</param>
    /// <param name="echo">Compares what comes back.</param>
    public static async Task RunAsync(ObservedSocket socket, Payload message, EchoVerifier echo)
    {
        // Connect returned: the handshake (segments 1 to 3) is complete. Both sides: ESTABLISHED.
        // Both directions at the same time: a client that sends a large message whole before it reads the first byte of the
        // echo fills the buffers of both directions, and then both sides wait for each other for ever.
        await Task.WhenAll(SendAndShutdownAsync(socket, message), ReadToEndAsync(socket, echo));

        // Both directions are finished. Dispose (Close is the same) sends nothing more: it closes the descriptor. The kernel
        // keeps our port in TIME-WAIT for 2 MSL (MUST-13): if segment 11, our last ACK, is lost, the server repeats its FIN,
        // and the kernel has to answer it again. The side that sends the first FIN pays this price.
        socket.Dispose();
    }

    private static async Task SendAndShutdownAsync(ObservedSocket socket, Payload message)
    {
        // Segment 4: the message. Segment 5: its acknowledgement. Both sides stay ESTABLISHED (RFC 9293 3.10.2).
        await socket.SendAsync(message);

        // "I have sent everything." Segment 6, our FIN, follows the last byte. Not Close: that would end both directions, and
        // the echo would be answered with a RST (RFC 9293 3.6.1). From here on Send fails and Socket.Connected is false, but
        // Receive works. Client: FIN-WAIT-1. Server: CLOSE-WAIT (3.10.4).
        socket.Shutdown(SocketShutdown.Send);
    }

    private static async Task ReadToEndAsync(ObservedSocket socket, EchoVerifier echo)
    {
        // Segment 7 acknowledges our FIN: FIN-WAIT-2, half-closed. No call reports that; the log's state column does.
        // Segment 8 is the echo, after our FIN, and we still receive it (RFC 9293 3.10.3); the kernel acknowledges it (9).
        // Segment 10, the server's FIN, ends the stream: an empty read. The kernel answers with segment 11, the last ACK.
        // Client: TIME-WAIT. Server: LAST-ACK, then CLOSED.
        while (await socket.ReceiveAsync() is { Length: > 0 } bytes)
            echo.Verify(bytes.Span);
    }
}
