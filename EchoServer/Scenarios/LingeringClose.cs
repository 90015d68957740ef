using System.Net.Sockets;
using EchoServer.Hosting;
using TcpClose.Kernel;
using TcpClose.Sockets;

namespace EchoServer.Scenarios;

/// <summary>
/// Says something and closes first, in such a way that the client can read it whatever it is still sending: FIN, then
/// reading to the client's FIN, then <c>Dispose</c>. Closing at once, with the client's bytes unread, would send a RST, and
/// the RST would drop what was said (RFC 9293 3.6.1, SHLD-3).
/// </summary>
internal static class LingeringClose
{
    /// <summary>So much is read and dropped after our FIN; a client that has still more to say is aborted.</summary>
    private const int MaxDiscarded = 64 * 1024;

    /// <summary>So long the client has to finish after our FIN, however it drips.</summary>
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(30);

    public static async Task SendAndCloseAsync(Socket socket, EchoConnection connection, CloseLog log, ReadOnlyMemory<byte> bytes)
    {
        // Our FIN right behind it. Server: FIN-WAIT-1, then FIN-WAIT-2. Client: CLOSE-WAIT.
        if (bytes.Length > 0) await connection.SendAsync(bytes);
        connection.ThrowIfEnded();
        log.FinQueued(Clock.Before(() => socket.Shutdown(SocketShutdown.Send)));

        // To the client's FIN. Server: TIME-WAIT.
        if (!await DrainAsync(connection)) connection.End.Abort("answered, and the client goes on sending");
        else if (connection.End.TryClaim()) log.SocketClosed(Clock.Before(socket.Dispose));
    }

    // Whether it came to an end within the limits.
    private static async Task<bool> DrainAsync(EchoConnection connection)
    {
        using var limit = new CancellationTokenSource(DrainTimeout);
        try
        {
            int dropped = 0;
            while (dropped <= MaxDiscarded && await connection.ReceiveAsync(limit.Token) is { Length: > 0 } more) dropped += more.Length;
            return dropped <= MaxDiscarded;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return false;
        }
    }
}
