using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoServer.Scenarios;

/// <summary>
/// <c>unread-data</c>: a server that answers and closes without reading the rest of the request. Its kernel must not pretend
/// that the program took those bytes, so it sends a RST in place of a FIN (RFC 9293 3.6.1, SHLD-3) and drops the part of the
/// answer that is still under way. Its mirror is <c>EchoClient/Scenarios/UnreadData.cs</c>.
/// </summary>
internal static class UnreadData
{
    public static async Task RunAsync(ObservedSocket socket, ScenarioRequest request)
    {
        // Meanwhile the rest of the client's bytes arrives in the kernel's buffer.
        await socket.DelayAsync(request.Hold);
        await socket.SendAsync(Payload.Generated(request.Bytes));

        // No Shutdown, no reading to the end: Close with unread bytes. Server: from ESTABLISHED to CLOSED.
        // Correct would be: Shutdown(Send), read to the client's FIN within limits, Close.
        socket.Dispose();
    }
}
