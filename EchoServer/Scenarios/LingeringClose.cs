using System.Net.Sockets;
using TcpClose.Sockets;

namespace EchoServer.Scenarios;

/// <summary>
/// A lingering close: sends the last bytes and the FIN, then reads to the client's FIN, within limits. Closing with
/// unread bytes would send a RST, and the client could lose the answer.
/// </summary>
internal static class LingeringClose
{
    private const int MaxDiscarded = 64 * 1024;

    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Sends <paramref name="bytes"/>, if any, and closes first.</summary>
    public static Task SendAndCloseAsync(ObservedSocket socket, ReadOnlyMemory<byte> bytes) =>
        SendAndCloseAsync(socket, bytes, DrainTimeout);

    internal static async Task SendAndCloseAsync(
        ObservedSocket socket, ReadOnlyMemory<byte> bytes, TimeSpan drainTimeout)
    {
        // Our FIN. Server: FIN-WAIT-1, then FIN-WAIT-2. Client: CLOSE-WAIT.
        if (bytes.Length > 0) await socket.SendAsync(bytes);
        socket.Shutdown(SocketShutdown.Send);

        // Read to the client's FIN. Server: TIME-WAIT.
        if (await DrainAsync(socket, drainTimeout)) socket.Dispose();
        else socket.Abort("answered, but the client did not stop sending");
    }

    // Whether the client's FIN arrived within the limits. All reads share one time-out.
    private static async Task<bool> DrainAsync(ObservedSocket socket, TimeSpan timeout)
    {
        using var limit = new CancellationTokenSource(timeout);
        try
        {
            int discarded = 0;
            while (await socket.ReceiveAsync(limit.Token) is { Length: > 0 } bytes)
                if ((discarded += bytes.Length) > MaxDiscarded) return false;
            return true;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return false;
        }
    }
}
