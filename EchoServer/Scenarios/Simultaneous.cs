using System.Net.Sockets;
using TcpClose.Kernel;

namespace EchoServer.Scenarios;

/// <summary>
/// <c>simultaneous</c>: both sides queue their FIN before they have read the other's (RFC 9293 3.6, figure 13). Its mirror
/// is <c>EchoClient/Acts/Simultaneous.cs</c>.
/// </summary>
internal static class Simultaneous
{
    public static async Task RunAsync(Act act)
    {
        // The client waits just as long, and neither of us reads.
        await act.Connection.HoldAsync(act.Request.Hold);

        // Our FIN. Server: FIN-WAIT-1. If the client's FIN is on the way to us and ours to it, each side meets a FIN where it
        // expects an ACK: CLOSING, and with the ACK TIME-WAIT, on both sides. But where the client's FIN has arrived already,
        // though nobody has read it, this was CLOSE-WAIT, and becomes LAST-ACK: on loopback a segment takes microseconds.
        act.Connection.ThrowIfEnded();
        act.Log.FinQueued(Clock.Before(() => act.Socket.Shutdown(SocketShutdown.Send)));

        // Only now do we read.
        while ((await act.Connection.ReceiveAsync()).Length > 0)
        {
        }

        if (act.Connection.End.TryClaim()) act.Log.SocketClosed(Clock.Before(act.Socket.Dispose));
    }
}
