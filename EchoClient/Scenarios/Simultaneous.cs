using System.Net.Sockets;
using Serilog.Events;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoClient.Scenarios;

/// <summary>
/// <c>simultaneous</c>: both sides queue their FIN before they have read the other's (RFC 9293 3.6, figure 13). Its
/// mirror is <c>EchoServer/Scenarios/Simultaneous.cs</c>.
/// </summary>
internal static class Simultaneous
{
    public static async Task RunAsync(ObservedSocket socket, ScenarioContext context)
    {
        // Both sides wait for the hold, and neither side reads.
        await socket.SendAsync(context.RequestLine);
        await socket.DelayAsync(context.Options.Hold);

        // Our FIN. Client: FIN-WAIT-1. If the server's FIN arrives before the ACK of ours, the client enters CLOSING,
        // then TIME-WAIT. If the server's FIN has already arrived, the client goes from CLOSE-WAIT to LAST-ACK.
        socket.Shutdown(SocketShutdown.Send);

        // Only now do we read.
        while (await socket.ReceiveAsync() is { Length: > 0 } bytes) context.Reply.Verify(bytes.Span);
        socket.Dispose();
        await context.Kernel.WaitUntilBothClosedAsync();
        socket.Log.Note(LogEventLevel.Information, context.Kernel.DescribeWhoseFinWasFirst());
    }
}
