using System.Text;
using EchoClient.Checking;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoClient.Scenarios;

/// <summary>
/// <c>http</c>: sends a request like a browser, and closes after the server. Its mirror is
/// <c>EchoServer/Handlers/HttpHandler.cs</c>.
/// </summary>
internal static class Http
{
    /// <summary>A page of unknown length, at most 64 KiB, which ends with the server's FIN.</summary>
    public static readonly ExpectedReply Page = new("page", null);

    private const string Success = "HTTP/1.1 200 ";

    public static async Task RunAsync(ObservedSocket socket, ScenarioContext context)
    {
        await socket.SendAsync(Payload.Of(Encoding.ASCII.GetBytes(
            $"GET / HTTP/1.1\r\nHost: {context.Options.Host}:{context.Options.Port}\r\nConnection: close\r\n\r\n")));

        // The server's FIN ends the page. Client: CLOSE-WAIT. Server: FIN-WAIT-1, then FIN-WAIT-2.
        var status = new StringBuilder();
        while (await socket.ReceiveAsync() is { Length: > 0 } bytes)
        {
            context.Reply.Verify(bytes.Span);
            if (status.Length < Success.Length) status.Append(Encoding.Latin1.GetString(bytes.Span));
            if (status.Length >= Success.Length) Check(socket, status);
        }

        Check(socket, status);

        // Without unread data, Close sends a FIN. Client: LAST-ACK, then CLOSED. Server: TIME-WAIT.
        socket.Dispose();
        await context.Kernel.WaitUntilClosedAsync();
    }

    private static void Check(ObservedSocket socket, StringBuilder answer)
    {
        if (!answer.ToString().StartsWith(Success, StringComparison.Ordinal))
            socket.Abort("no page received: start the server with --http");
    }
}
