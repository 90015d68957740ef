using System.Net.Sockets;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoServer.Scenarios;

/// <summary>
/// <c>late-data</c>: the server begins to send only after the client's FIN. A FIN means "I have sent everything", not
/// "goodbye" (RFC 9293 3.6.1). Its mirror is <c>EchoClient/Scenarios/LateData.cs</c>.
/// </summary>
internal static class LateData
{
    public static async Task RunAsync(ObservedSocket socket, ScenarioRequest request)
    {
        // Read to the client's FIN. Server: CLOSE-WAIT. Client: FIN-WAIT-2. A server that treats this as the end of the
        // connection would close here, and the client would never receive the data.
        while (await socket.ReceiveAsync() is { Length: > 0 })
        {
        }

        // CLOSE-WAIT and FIN-WAIT-2 have no timer while both programs hold their sockets, so this wait may take any
        // length of time.
        await socket.DelayAsync(request.Hold);

        // Sending in CLOSE-WAIT (3.10.2). The client is half-closed, but its kernel acknowledges the data, and its
        // program reads it.
        await socket.SendAsync(Payload.Generated(request.Bytes));

        // Our FIN. Server: LAST-ACK and, after the client's ACK, CLOSED. Client: TIME-WAIT.
        socket.Shutdown(SocketShutdown.Send);
        socket.Dispose();
    }
}
