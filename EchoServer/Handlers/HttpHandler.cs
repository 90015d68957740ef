using System.Text;
using System.Text.RegularExpressions;
using EchoServer.Hosting;
using EchoServer.Scenarios;
using TcpClose.Sockets;

namespace EchoServer.Handlers;

/// <summary>
/// <c>--http</c>: answers one request with one short page, and closes first. The page has no Content-Length, so it ends
/// with the stream (RFC 9112 6.3). A RST instead of the FIN would mean a truncated page. This handler's mirror is
/// <c>EchoClient/Scenarios/Http.cs</c>; any browser can be the client, too.
/// </summary>
internal sealed partial class HttpHandler(TimeSpan think) : IConnectionHandler
{
    private const int MaxHeadLength = 8 * 1024;

    /// <summary>The maximum time to receive the whole head of a request.</summary>
    private static readonly TimeSpan HeadTimeout = TimeSpan.FromSeconds(5);

    public async Task RunAsync(ObservedSocket socket)
    {
        string answer = await AnswerAsync(socket);
        if (answer.Length > 0) await socket.DelayAsync(think);

        // The page and our FIN. Server: FIN-WAIT-1, FIN-WAIT-2 and, after the client's FIN, TIME-WAIT.
        await LingeringClose.SendAndCloseAsync(socket, Encoding.ASCII.GetBytes(answer));
    }

    // Reads the head; the lingering close discards a body. A client that has sent nothing gets no answer: browsers open
    // connections in advance and do not use all of them.
    private static async Task<string> AnswerAsync(ObservedSocket socket)
    {
        using var limit = new CancellationTokenSource(HeadTimeout);
        var head = new StringBuilder();
        try
        {
            while (await socket.ReceiveAsync(limit.Token) is { Length: > 0 } bytes)
            {
                head.Append(Encoding.Latin1.GetString(bytes.Span));
                Match end = EmptyLine().Match(head.ToString());
                if (end.Success && end.Index <= MaxHeadLength) return Answer(head.ToString());
                if (end.Success || head.Length > MaxHeadLength)
                    return Page(MethodOf(head.ToString()), "431 Request Header Fields Too Large");
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return head.Length == 0 ? "" : Page(MethodOf(head.ToString()), "408 Request Timeout");
        }

        return head.Length == 0 ? "" : Page(MethodOf(head.ToString()), "400 Bad Request");
    }

    private static string Answer(string head)
    {
        if (RequestLine().Match(head) is not { Success: true } line) return Page(MethodOf(head), "400 Bad Request");
        string method = line.Groups["method"].Value;
        if (line.Groups["path"].Value != "/") return Page(method, "404 Not Found");
        return method is "GET" or "HEAD"
            ? Page(method, "200 OK")
            : Page(method, "405 Method Not Allowed", "Allow: GET, HEAD\r\n");
    }

    private static string MethodOf(string head) => Method().Match(head).Value;

    // A response to HEAD never has a body (RFC 9110 9.3.2).
    private static string Page(string method, string status, string more = "") =>
        $"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\n{more}\r\n"
        + (method == "HEAD" ? "" : "<!doctype html>\n<title>EchoServer</title>\n"
            + $"<p>{status}. This page ends at the server's FIN.</p>\n");

    [GeneratedRegex(@"\A[A-Z]+(?= )")]
    private static partial Regex Method();

    [GeneratedRegex(@"\r?\n\r?\n")]
    private static partial Regex EmptyLine();

    [GeneratedRegex(@"\A(?<method>[A-Z]+) (?<path>\S+) HTTP/1\.[01]\r?\n")]
    private static partial Regex RequestLine();
}
