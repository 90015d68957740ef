using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoClient.Scenarios;

/// <summary>
/// <c>unread-data</c>: the client sends more than the server reads. Its mirror is
/// <c>EchoServer/Scenarios/UnreadData.cs</c>.
/// </summary>
internal static class UnreadData
{
    /// <summary>The minimum hold. With a shorter hold, the server may close before the message has arrived.</summary>
    public static readonly TimeSpan MinHold = TimeSpan.FromMilliseconds(200);

    public static async Task RunAsync(ObservedSocket socket, ScenarioContext context)
    {
        await socket.SendAsync(context.RequestLine);

        // We send in the middle of the server's hold: after the server's only read, and well before its close.
        await socket.DelayAsync(context.Options.Hold / 2);
        await socket.SendAsync(context.Options.Payload);

        // We receive the part of the reply that arrived before the RST, then ConnectionReset. The rest is lost. Client:
        // ESTABLISHED, then CLOSED.
        while (await socket.ReceiveAsync() is { Length: > 0 } bytes) context.Reply.Verify(bytes.Span);

        // Unexpected: the server sent a FIN instead of the RST.
        socket.Dispose();
    }
}
