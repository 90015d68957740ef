using System.Net.Sockets;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoServer.Scenarios;

/// <summary>
/// <c>late-data</c>: the client has finished, the server has not even begun. A FIN means "I have sent everything", not
/// "goodbye" (RFC 9293 3.6.1). Its mirror is <c>EchoClient/Scenarios/LateData.cs</c>.
/// </summary>
internal static class LateData
{
    public static async Task RunAsync(ObservedSocket socket, ScenarioRequest request)
    {
        // Read to the client's FIN. Server: CLOSE-WAIT. Client: FIN-WAIT-2. A server that took this for the end of the
        // connection would close here, and the client would never get the data.
        while (await socket.ReceiveAsync() is { Length: > 0 })
        {
        }

        // Neither state has a timer while both programs hold their sockets: this may take any time.
        await socket.DelayAsync(request.Hold);

        // Sending in CLOSE-WAIT (3.10.2): the client, half-closed, acknowledges and reads.
        await socket.SendAsync(Payload.Generated(request.Bytes));

        // Our FIN: LAST-ACK, and with the client's ACK CLOSED. Client: TIME-WAIT.
        socket.Shutdown(SocketShutdown.Send);
        socket.Dispose();
    }
}
