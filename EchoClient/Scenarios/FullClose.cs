using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoClient.Scenarios;

/// <summary>
/// <c>full-close</c>: <c>Close</c> instead of <c>Shutdown(Send)</c>. Its mirror is
/// <c>EchoServer/Scenarios/FullClose.cs</c>.
/// </summary>
internal static class FullClose
{
    public static async Task RunAsync(ObservedSocket socket, ScenarioContext context)
    {
        await socket.SendAsync(context.RequestLine);

        // The kernel sends the same FIN as after Shutdown(Send), but we cannot read the answer. Client: FIN-WAIT-1,
        // then FIN-WAIT-2. The kernel answers the server's data with a RST, which ends the connection without
        // TIME-WAIT.
        socket.Dispose();
        await context.Kernel.WaitUntilClosedAsync();
    }
}
