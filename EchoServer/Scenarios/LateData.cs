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
        // Read to the client's FIN. Server: CLOSE-WAIT. Client: FIN-WAIT-2. If the server closed here, the client would
        // never receive the data.
        while (await socket.ReceiveAsync() is { Length: > 0 })
        {
        }

        // CLOSE-WAIT and FIN-WAIT-2 have no timer while both programs hold their sockets.
        await socket.DelayAsync(request.Hold);

        // Sending in CLOSE-WAIT (3.10.2): the client still reads.
        await socket.SendAsync(Payload.Generated(request.Bytes));

        // Our FIN. Server: LAST-ACK, then CLOSED. Client: TIME-WAIT.
        socket.Shutdown(SocketShutdown.Send);
        socket.Dispose();
    }
}
