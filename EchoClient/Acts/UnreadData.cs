using TcpClose;

namespace EchoClient.Acts;

/// <summary>
/// <c>unread-data</c>: the client sends more than the server cares to read. Its mirror is
/// <c>EchoServer/Acts/UnreadData.cs</c>.
/// </summary>
internal static class UnreadData
{
    private static readonly TimeSpan Apart = TimeSpan.FromMilliseconds(100);

    public static async Task<string> RunAsync(Act act)
    {
        await act.Exchange.SendAsync(act.Request);

        // In a segment of its own, so that the server's one read does not take it along.
        await act.Exchange.PauseAsync(Apart);
        await act.Exchange.SendAsync(act.Options.Payload);

        // The reply, or a part of it, or nothing: then ConnectionReset. Which it is depends on whether this program or
        // the RST is faster. Client: ESTABLISHED, then CLOSED. EchoRun catches the reset and says so.
        while (await act.Exchange.ReceiveAsync() is { Length: > 0 } bytes) act.Exchange.Compare(bytes.Span);

        // No RST but a FIN: not what was asked for.
        act.Log.SocketClosed(Clock.Before(act.Socket.Dispose));
        return Outcome.Normal;
    }
}
