using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoClient.Scenarios;

/// <summary>
/// <c>unread-data</c>: the client sends more than the server reads. Its mirror is
/// <c>EchoServer/Scenarios/UnreadData.cs</c>.
/// </summary>
internal static class UnreadData
{
    /// <summary>
    /// The minimum hold. With a shorter hold, the server may close before the message, which it does not read, has
    /// arrived.
    /// </summary>
    public static readonly TimeSpan MinHold = TimeSpan.FromMilliseconds(200);

    public static async Task RunAsync(ObservedSocket socket, ScenarioContext context)
    {
        await socket.SendAsync(context.RequestLine);

        // The message is sent in the middle of the server's hold. That is late enough that the server's only read does
        // not return it, even on a busy machine, and early enough that it has arrived when the server closes.
        await socket.DelayAsync(context.Options.Hold / 2);
        await socket.SendAsync(context.Options.Payload);

        // We receive the part of the reply that arrived before the RST (all, some or nothing), then ConnectionReset.
        // The rest is lost, because it is not sent again. Client: ESTABLISHED, then CLOSED.
        while (await socket.ReceiveAsync() is { Length: > 0 } bytes) context.Reply.Verify(bytes.Span);

        // The server sent a FIN instead of the RST, which is not what the scenario expects.
        socket.Dispose();
    }
}
