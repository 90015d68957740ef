using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoServer.Scenarios;

/// <summary>
/// <c>unread-data</c>: the server answers and closes without reading the rest of the request. Its kernel then sends a
/// RST instead of a FIN (RFC 9293 3.6.1, SHLD-3), and discards the undelivered part of the answer. Its mirror is
/// <c>EchoClient/Scenarios/UnreadData.cs</c>.
/// </summary>
internal static class UnreadData
{
    public static async Task RunAsync(ObservedSocket socket, ScenarioRequest request)
    {
        // During this delay the rest of the client's bytes arrives.
        await socket.DelayAsync(request.Hold);
        await socket.SendAsync(Payload.Generated(request.Bytes));

        // Close with unread bytes. Server: from ESTABLISHED to CLOSED. A correct server would use LingeringClose.
        socket.Dispose();
    }
}
