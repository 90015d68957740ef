using TcpClose.Kernel;

namespace EchoServer.Scenarios;

/// <summary>
/// <c>unread-data</c>: a server that answers and closes without reading the rest of the request. Its kernel must not
/// pretend that it took those bytes, so it sends a RST in place of a FIN (RFC 9293 3.6.1, SHLD-3), and with
/// it forgets the answer: what of that is lost on the way is not sent again. Its mirror is <c>EchoClient/Acts/UnreadData.cs</c>.
/// </summary>
internal static class UnreadData
{
    public static async Task RunAsync(Act act)
    {
        // Meanwhile the rest of what the client sends arrives, in the kernel's buffer.
        await act.Connection.HoldAsync(act.Request.Hold);
        await act.Connection.SendPatternAsync(act.Request.Bytes);

        // Dispose succeeds after a client's RST as well, so that is looked for first.
        act.Connection.ThrowIfEnded();

        // No Shutdown, no reading to the end: Dispose with unread bytes. Server: ESTABLISHED, then CLOSED at once.
        // Right would be: Shutdown(Send), read to the client's FIN within limits, Dispose.
        if (act.Connection.End.TryClaim()) act.Log.SocketClosed(Clock.Before(act.Socket.Dispose));
    }
}
