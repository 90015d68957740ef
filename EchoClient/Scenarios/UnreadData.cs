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
    /// The minimum hold. With a shorter one the server would close before the data to be left unread arrives.
    /// </summary>
    public static readonly TimeSpan MinHold = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan SegmentGap = MinHold / 2;

    public static async Task RunAsync(ObservedSocket socket, ScenarioContext context)
    {
        await socket.SendAsync(context.RequestLine);

        // Sent in a segment of its own, so that the server's only read does not return it.
        await socket.DelayAsync(SegmentGap);
        await socket.SendAsync(context.Options.Payload);

        // We receive the part of the reply that arrived before the RST (all, some or nothing), then ConnectionReset.
        // The rest is lost, because it is not sent again. Client: ESTABLISHED, then CLOSED.
        while (await socket.ReceiveAsync() is { Length: > 0 } bytes) context.Reply.Verify(bytes.Span);

        // The server sent a FIN instead of the RST, which is not what the scenario expects.
        socket.Dispose();
    }
}
