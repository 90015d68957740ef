using TcpClose.Kernel;

namespace EchoClient.Scenarios;

/// <summary>
/// <c>unread-data</c>: the client sends more than the server cares to read. Its mirror is
/// <c>EchoServer/Acts/UnreadData.cs</c>.
/// </summary>
internal static class UnreadData
{
    /// <summary>With less than that, the server has closed before there is anything to be left unread.</summary>
    public static readonly TimeSpan LeastHold = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan Apart = LeastHold / 2;

    public static async Task<string> RunAsync(Act act)
    {
        await act.Exchange.SendAsync(act.Request);

        // In a segment of its own, so that the server's one read does not take it along.
        await act.Exchange.PauseAsync(Apart);
        await act.Exchange.SendAsync(act.Options.Payload);

        // What of the reply had arrived before the RST (all of it, a part, nothing), then ConnectionReset. What was lost on
        // the way before it stays lost: after a RST nobody sends it again. Client: ESTABLISHED, then CLOSED. EchoRun
        // catches the reset and says so.
        while (await act.Exchange.ReceiveAsync() is { Length: > 0 } bytes) act.Exchange.Compare(bytes.Span);

        // No RST but a FIN: not what was asked for.
        act.Log.SocketClosed(Clock.Before(act.Socket.Dispose));
        return Outcome.Normal;
    }
}
