using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoServer.Scenarios;

/// <summary>
/// <c>unread-data</c>: the server answers and closes without reading the rest of the request. A FIN would suggest that
/// the program had read those bytes, so its kernel sends a RST instead (RFC 9293 3.6.1, SHLD-3) and discards the part
/// of the answer that has not been delivered yet. Its mirror is <c>EchoClient/Scenarios/UnreadData.cs</c>.
/// </summary>
internal static class UnreadData
{
    public static async Task RunAsync(ObservedSocket socket, ScenarioRequest request)
    {
        // During this delay the rest of the client's bytes arrives in the kernel's buffer.
        await socket.DelayAsync(request.Hold);
        await socket.SendAsync(Payload.Generated(request.Bytes));

        // Close with unread bytes. Server: from ESTABLISHED to CLOSED. A correct server would call Shutdown(Send), read
        // to the client's FIN within limits, and then close.
        socket.Dispose();
    }
}
