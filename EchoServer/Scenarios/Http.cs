using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using EchoServer.Hosting;
using TcpClose.Sockets;

namespace EchoServer.Scenarios;

/// <summary>
/// <c>--http</c>: one request, one short page, and the server closes first. The page has no Content-Length, so its end is
/// the end of stream (RFC 9112 6.3): the FIN is a part of the protocol here, and a RST in its place would be a page cut
/// short. Its mirror is <c>EchoClient/Acts/Http.cs</c>, or any browser.
/// </summary>
internal static partial class Http
{
    private const int MaxHeadLength = 8 * 1024;

    /// <summary>So long a request may take.</summary>
    private static readonly TimeSpan HeadTimeout = TimeSpan.FromSeconds(5);

    public static async Task RunAsync(Socket socket, EchoConnection connection, CloseLog log)
    {
        string answer = await AnswerAsync(connection);
        if (answer.Length > 0) await connection.ThinkAsync();

        // The page and our FIN. Server: FIN-WAIT-1, FIN-WAIT-2, and with the client's FIN TIME-WAIT, on the server's port.
        await LingeringClose.SendAndCloseAsync(socket, connection, log, Encoding.ASCII.GetBytes(answer));
    }

    // Reads to the empty line behind the head. Nothing is said to a client that has asked nothing: browsers open
    // connections in advance, and close those that they do not need.
    private static async Task<string> AnswerAsync(EchoConnection connection)
    {
        using var limit = new CancellationTokenSource(HeadTimeout);
        var head = new StringBuilder();
        try
        {
            while (await connection.ReceiveAsync(limit.Token) is { Length: > 0 } bytes)
            {
                head.Append(Encoding.Latin1.GetString(bytes.Span));
                if (head.Length > MaxHeadLength) return Page("431 Request Header Fields Too Large");
                if (EmptyLine().IsMatch(head.ToString())) return Answer(head.ToString());
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return head.Length == 0 ? "" : Page("408 Request Timeout");
        }

        return head.Length == 0 ? "" : Page("400 Bad Request");
    }

    private static string Answer(string head) => RequestLine().Match(head) switch
    {
        { Success: false } => Page("400 Bad Request"),
        { Groups: var line } when line["path"].Value != "/" => Page("404 Not Found"),
        { Groups: var line } when line["method"].Value == "HEAD" => Head("200 OK"),
        { Groups: var line } when line["method"].Value != "GET" => Page("405 Method Not Allowed", "Allow: GET, HEAD\r\n"),
        _ => Page("200 OK"),
    };

    private static string Page(string status, string more = "") =>
        Head(status, more) + $"<!doctype html>\n<title>EchoServer</title>\n<p>{status}. This page ends where the server's FIN comes.</p>\n";

    private static string Head(string status, string more = "") =>
        $"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\n{more}\r\n";

    [GeneratedRegex(@"\r?\n\r?\n")]
    private static partial Regex EmptyLine();

    [GeneratedRegex(@"\A(?<method>[A-Z]+) (?<path>\S+) HTTP/1\.[01]\r?\n")]
    private static partial Regex RequestLine();
}
