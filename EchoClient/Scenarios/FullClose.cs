using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoClient.Scenarios;

/// <summary>
/// <c>full-close</c>: <c>Close</c> where <c>Shutdown(Send)</c> was meant. Its mirror is
/// <c>EchoServer/Scenarios/FullClose.cs</c>.
/// </summary>
internal static class FullClose
{
    public static async Task RunAsync(ObservedSocket socket, ScenarioContext context)
    {
        await socket.SendAsync(context.Request);

        // The same FIN goes out as with Shutdown(Send), but the program will never read the answer. Client: FIN-WAIT-1, then
        // FIN-WAIT-2 without a program. The kernel answers the server's data with a RST, and that ends it: no TIME-WAIT.
        socket.Dispose();
        await context.Kernel.WaitUntilClosedAsync();
    }
}
