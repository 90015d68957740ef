using TcpClose.Kernel;

namespace EchoClient.Scenarios;

/// <summary>
/// <c>server-abort</c>: the server's RST comes in place of an answer. Its mirror is
/// <c>EchoServer/Acts/ServerAbort.cs</c>.
/// </summary>
internal static class ServerAbort
{
    public static async Task<string> RunAsync(Act act)
    {
        await act.Exchange.SendAsync(act.Request);

        // Receive fails with ConnectionReset, this once; EchoRun catches it and says so. The next Receive would return
        // 0: a program that overlooks the first takes a reset for an end of stream.
        while (await act.Exchange.ReceiveAsync() is { Length: > 0 } bytes) act.Exchange.Compare(bytes.Span);

        // No RST but a FIN: not what was asked for.
        act.Log.SocketClosed(Clock.Before(act.Socket.Dispose));
        return Outcome.Normal;
    }
}
