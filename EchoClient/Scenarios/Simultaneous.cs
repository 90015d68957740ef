using System.Net.NetworkInformation;
using System.Net.Sockets;
using Serilog.Events;
using TcpClose.Kernel;

namespace EchoClient.Scenarios;

/// <summary>
/// <c>simultaneous</c>: both sides queue their FIN before they have read the other's (RFC 9293 3.6, figure 13). Its mirror
/// is <c>EchoServer/Acts/Simultaneous.cs</c>.
/// </summary>
internal static class Simultaneous
{
    public static async Task<string> RunAsync(Act act)
    {
        // The server waits just as long from here on, and neither of us reads.
        await act.Exchange.SendAsync(act.Request);
        await act.Exchange.PauseAsync(act.Options.Hold);

        // Our FIN. Client: FIN-WAIT-1, and, if the server's FIN comes before the ACK of ours, CLOSING; with that ACK
        // TIME-WAIT. Where the server's FIN has arrived already, though nobody has read it, this was CLOSE-WAIT, and becomes
        // LAST-ACK.
        act.Exchange.FinFollows();
        act.Log.FinQueued(Clock.Before(() => act.Socket.Shutdown(SocketShutdown.Send)));

        // Only now do we read.
        while (await act.Exchange.ReceiveAsync() is { Length: > 0 } bytes) act.Exchange.Compare(bytes.Span);
        act.Log.SocketClosed(Clock.Before(act.Socket.Dispose));

        await act.Exchange.SettledAsync();
        act.Log.Note(LogEventLevel.Information, WhichItWas(act.Log.LookUp()?.State, act.Log.LookUpPeer()?.State));
        return Outcome.Normal;
    }

    // Whose FIN was first shows in who keeps TIME-WAIT: each side that sent its FIN before the other's arrived.
    private static string WhichItWas(TcpState? ours, TcpState? theirs) => (ours, theirs) switch
    {
        (TcpState.TimeWait, TcpState.TimeWait) => "the FINs crossed: TIME-WAIT on both sides",
        (TcpState.TimeWait, TcpState.Closed) => "our FIN was first: TIME-WAIT on our side only",
        (TcpState.Closed, TcpState.TimeWait) => "the server's FIN was first: TIME-WAIT on its side only",
        (TcpState.Closed, null) => "the server's FIN was first: no TIME-WAIT on our side",
        (TcpState.TimeWait, null) => "our FIN was first, or they crossed: only the server's machine knows",
        _ => "whose FIN was first, this system does not tell",
    };
}
