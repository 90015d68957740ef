using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoClient.Scenarios;

/// <summary>
/// <c>unread-data</c>: the client sends more than the server reads. Its mirror is
/// <c>EchoServer/Scenarios/UnreadData.cs</c>.
/// </summary>
internal static class UnreadData
{
    /// <summary>With a shorter hold the server would have closed before anything is there that it could leave unread.</summary>
    public static readonly TimeSpan MinHold = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan Apart = MinHold / 2;

    public static async Task RunAsync(ObservedSocket socket, ScenarioContext context)
    {
        await socket.SendAsync(context.Request);

        // In a segment of its own, so that the server's one read does not take it along.
        await socket.DelayAsync(Apart);
        await socket.SendAsync(context.Options.Payload);

        // What had arrived of the reply before the RST (all, a part, nothing), then ConnectionReset. What the RST overtook is
        // lost: it is not sent again. Client: ESTABLISHED, then CLOSED.
        while (await socket.ReceiveAsync() is { Length: > 0 } bytes) context.Reply.Verify(bytes.Span);

        // A FIN in place of the RST: not what was asked for.
        socket.Dispose();
    }
}
