using System.Text;
using EchoClient.Running;
using TcpClose.Kernel;

namespace EchoClient.Scenarios;

/// <summary>
/// <c>http</c>: asks as a browser would and closes behind the server. Its mirror is <c>EchoServer/Acts/Http.cs</c>.
/// </summary>
internal static class Http
{
    /// <summary>What comes is a page of whatever length: its end is the server's FIN.</summary>
    public static readonly Expected Page = new("page", null);

    private const string Fine = "HTTP/1.1 200 ";

    public static async Task<string> RunAsync(Act act)
    {
        await act.Exchange.SendAsync(Payload.Of(Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: {act.Options.Host}:{act.Options.Port}\r\nConnection: close\r\n\r\n")));

        // To the server's FIN, which is what ends the page. Client: CLOSE-WAIT. Server: FIN-WAIT-2.
        var status = new StringBuilder();
        while (await act.Exchange.ReceiveAsync() is { Length: > 0 } bytes)
        {
            act.Exchange.Compare(bytes.Span);
            if (status.Length >= Fine.Length) continue;
            status.Append(Encoding.Latin1.GetString(bytes.Span));
            if (status.Length >= Fine.Length) Check(status.ToString());
        }

        Check(status.ToString());

        // Close, with nothing pending or unread, is a FIN as well. Client: LAST-ACK, then CLOSED. TIME-WAIT is the server's.
        act.Exchange.FinFollows();
        act.Log.SocketClosed(Clock.Before(act.Socket.Dispose));
        await act.Exchange.GoneAsync();
        return Outcome.Normal;
    }

    private static void Check(string answer)
    {
        if (!answer.StartsWith(Fine, StringComparison.Ordinal))
            throw new InvalidDataException("no page came: start the server with --http");
    }
}
