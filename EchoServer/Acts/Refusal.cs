using System.Net.Sockets;
using System.Text;
using TcpClose;

namespace EchoServer.Acts;

/// <summary>
/// A request that makes no sense gets one line that says why, and then a normal close: the client can read the line,
/// whatever it has still to send. A RST in its place would drop the line (RFC 9293 3.6.1, SHLD-3).
/// </summary>
internal static class Refusal
{
    /// <summary>So much is read and dropped after our FIN; a client that has still more to say is aborted.</summary>
    private const int MostDropped = 64 * 1024;

    public static async Task RunAsync(Socket socket, EchoConnection connection, CloseLog log, string why)
    {
        await connection.SendAsync(Encoding.ASCII.GetBytes($"{ActRequest.Greeting}error: {why}\n"));
        log.FinQueued(Clock.Before(() => socket.Shutdown(SocketShutdown.Send)));

        // To the client's FIN: an unread byte would turn the close into a RST.
        int dropped = 0;
        while (dropped <= MostDropped && await connection.ReceiveAsync() is { Length: > 0 } bytes) dropped += bytes.Length;
        if (dropped > MostDropped) connection.End.Abort("refused, and still sending");
        else if (connection.End.TryClaim()) log.SocketClosed(Clock.Before(socket.Dispose));
    }
}
