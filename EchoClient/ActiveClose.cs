using System.Net.Sockets;
using EchoClient.Running;
using TcpClose.Kernel;
using TcpClose.Sockets;

namespace EchoClient;

/// <summary>
/// The active close (RFC 9293 3.6, case 1): we close first. Its mirror is <c>EchoServer/PassiveClose.cs</c>; read both
/// side by side. The numbers are the segments of the default run, as the README draws them.
/// </summary>
internal static class ActiveClose
{
    /// <summary>Sends everything, says so with a FIN, reads what the server still has to send, and closes.</summary>
    public static async Task RunAsync(Socket socket, Payload message, EchoExchange exchange, CloseLog log)
    {
        // Connect returned: the handshake (segments 1 to 3) is done. Both sides: ESTABLISHED.

        // Both directions at once. Whoever sends a large message whole before he reads the first byte of its echo fills
        // the buffers of both directions, and then both sides wait for each other for ever.
        await exchange.BothAsync(SendAndFinishAsync(socket, message, exchange, log), ReadToTheEndAsync(exchange));

        // Both directions are finished. Dispose (Close is the same) puts nothing more on the wire: it gives the
        // descriptor back. The kernel keeps our port in TIME-WAIT for 2 MSL (MUST-13): should segment 11, our last ACK,
        // be lost, the server repeats its FIN, and somebody has to be there to answer. The side that sends the first
        // FIN pays this price.
        long closeAt = Clock.Now;
        socket.Dispose();
        log.SocketClosed(closeAt);

        // A call that fails throws: EchoRun then says how the connection ended, and disposes of the socket.
    }

    private static async Task SendAndFinishAsync(Socket socket, Payload message, EchoExchange exchange, CloseLog log)
    {
        // Segment 4: the message. Segment 5: its acknowledgement. Both sides stay ESTABLISHED (RFC 9293 3.10.2).
        await exchange.SendAsync(message);

        // "I have sent everything." Segment 6, our FIN, goes out behind the last byte. Not Close: that would end both
        // directions, and the echo would be answered with a RST (RFC 9293 3.6.1). From here on Send fails and
        // Socket.Connected is false, but Receive works. Client: FIN-WAIT-1. Server: CLOSE-WAIT (3.10.4).
        long shutdownAt = Clock.Now;
        exchange.FinFollows();
        socket.Shutdown(SocketShutdown.Send);
        log.FinQueued(shutdownAt);
    }

    private static async Task ReadToTheEndAsync(EchoExchange exchange)
    {
        // Segment 7 acknowledges our FIN: FIN-WAIT-2, half-closed. No call reports that; the log's state column does.
        // Segment 8 is the echo, after our FIN, and still we take it (RFC 9293 3.10.3); the kernel acknowledges it: 9.
        // Segment 10, the server's FIN, ends the stream: an empty read. The kernel answers with segment 11, the last
        // ACK. Client: TIME-WAIT. Server: LAST-ACK, then CLOSED.
        ReadOnlyMemory<byte> bytes;
        while ((bytes = await exchange.ReceiveAsync()).Length > 0)
            exchange.Compare(bytes.Span);
    }
}
