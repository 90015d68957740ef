using System.Net;
using System.Net.Sockets;
using PathCheck;
using PathCheck.Checks;
using PathCheck.Checks.HalfClosed;
using PathCheck.Classifying;
using PathCheck.NearEnd;
using PathCheck.Protocol;
using PathCheck.Reporting;
using PathCheck.Running;
using TcpClose.Cli;
using TcpClose.Sockets;

namespace TcpDemo.Tests.PathCheck.NearEnd;

/// <summary>If the far end is hostile, or is not PathCheck, a run ends with an error in bounded time.</summary>
[Trait("Tier", "Long")]
public sealed class ForeignFarEndTests
{
    [Theory]
    [InlineData("", "the path accepts the connection and the request, but no answer comes back: either there is no "
        + "server (start PathCheck serve at its far end), or the path discards an answer that is directly followed by "
        + "a FIN, or the port expects another protocol first (put a relay that speaks it at this end).")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", "the path leads to an SSH server, which answers \"SSH-2.0-OpenSSH_9.2\\r\": "
        + "let the port-forward lead to PathCheck serve.")]
    [InlineData("220 mail.example ESMTP\r\n", "the path leads to a mail or FTP server, which answers "
        + "\"220 mail.example ESMTP\\r\": start PathCheck serve in its place.")]
    [InlineData("\u0015\u0003\u0001\0\u0002\u0002F", "the path leads to a TLS server, which answers "
        + "\"\\x15\\x03\\x01\\x00\\x02\\x02F\": put a relay that begins TLS at this end (socat: OPENSSL).")]
    [InlineData("\0[\0\0\0\0\0\0", "the path leads to a SOCKS proxy, which answers "
        + "\"\\x00[\\x00\\x00\\x00\\x00\\x00\\x00\": put a relay that speaks SOCKS at this end (socat: SOCKS4A).")]
    [InlineData(
        "PATHCHECK/1 info\n",
        "the far end echoes what it receives, as EchoServer does: start PathCheck serve there instead.")]
    [InlineData(
        "PATHCHECK/1 info PathCheck/1.0.0 of=another form\n",
        "the far end answers in a format that this version cannot read: start the same version of PathCheck serve " +
        "there.")]
    [InlineData(
        "PATHCHECK/2 info\n",
        "the far end answers in a format that this version cannot read: start the same version of PathCheck serve " +
        "there.")]
    [InlineData(
        "PATHCHECK/1 error: no\n",
        "the far end rejects a request (\"PATHCHECK/1 error: no\"): start the same version of PathCheck serve there, " +
        "or try again later.")]
    [InlineData(
        "HTTP/1.1 400 \u001b]0;owned\u0007\n",
        "the path leads to an HTTP server or proxy, which answers \"HTTP/1.1 400 \\x1b]0;owned\\x07\": through a "
        + "proxy, put a relay that speaks HTTP CONNECT at this end (socat: PROXY).")]
    [InlineData(
        "no line feed", "the far end is not PathCheck; it answers \"no line feed\": start PathCheck serve there.")]
    public async Task AForeignServerIsExplainedAndNotJudged(string answer, string sentence)
    {
        await using var server = new Answering(_ => answer);
        Assert.Equal(sentence, (await Assert.ThrowsAnyAsync<CommandException>(() => JudgeAsync(server.Port))).Message);
    }

    [Fact]
    public async Task ALineWithoutAnEndIsReadOnlyUpToTheMaximumLength()
    {
        await using var server = new Answering(_ => new string('x', 3_000_000));
        CommandException refused = await Assert.ThrowsAnyAsync<CommandException>(() => JudgeAsync(server.Port));
        Assert.Equal(
            $"the far end is not PathCheck; it answers \"{new string('x', 64)}\"…: start PathCheck serve there.",
            refused.Message);
    }

    [Fact]
    public async Task AServerThatAnswersOnlyTheFirstRequestIsNotJudged()
    {
        await using var server =
            new Answering(request => request.StartsWith("PATHCHECK/1 info", StringComparison.Ordinal)
            ? "PATHCHECK/1 info PathCheck/6.6.6\n" : "");
        CommandException refused = await Assert.ThrowsAnyAsync<CommandException>(() => JudgeAsync(server.Port));
        Assert.Equal(
            "the far end has stopped answering: check that PathCheck serve still runs there, and that the path " +
            "carries several connections at the same time.", refused.Message);
    }

    [Fact]
    public async Task ASecondKindOfServerBehindABalancerIsNamed()
    {
        await using var server = new Answering(
            request => request.StartsWith("PATHCHECK/1 info", StringComparison.Ordinal)
                ? "PATHCHECK/1 info PathCheck/6.6.6\n" : "HTTP/1.1 400 Bad Request\r\n");
        CommandException refused = await Assert.ThrowsAnyAsync<CommandException>(() => JudgeAsync(server.Port));
        Assert.Matches("^the path leads to several servers: [0-9]+ of [0-9]+ connections reached PathCheck serve, and "
            + @"[0-9]+ a server that answers ""HTTP/1\.1 400 Bad Request\\r"": let it lead to PathCheck serve only\.$",
            refused.Message);
    }

    [Theory]
    [InlineData("PROXY TCP4 127.0.0.1 127.0.0.1 50000 8888\r\n")]
    [InlineData("\r\n\r\n\0\r\nQUIT\n!\u0011\0\f\u007f\0\0\u0001\u007f\0\0\u0001\u00c3P\"")]
    public async Task ARelayThatSendsAProxyHeaderIsRecognized(string header)
    {
        await using RunningServer server = await RunningServer.StartFarEndAsync();
        await using var relay = new FaultyRelay(server.EndPoint, way: async (_, connectAsync) =>
        {
            ObservedSocket connected = await connectAsync(server.EndPoint);
            await connected.SendAsync(Encoding.Latin1.GetBytes(header));
            return connected;
        });
        CommandException refused = await Assert.ThrowsAnyAsync<CommandException>(() => JudgeAsync(relay.Port));
        Assert.Equal("the path puts a PROXY header before the data that it forwards: turn that off for PathCheck "
            + "serve (HAProxy: send-proxy, nginx: proxy_protocol).", refused.Message);
    }

    [Fact]
    public async Task AServerThatNeverAnswersEndsTheRunAfterTheTimeout()
    {
        using Socket listener = Pair.Listen();
        CommandException refused = await Assert.ThrowsAnyAsync<CommandException>(
            () => JudgeAsync(((IPEndPoint)listener.LocalEndPoint!).Port, TimeSpan.FromSeconds(3)));
        Assert.Equal(
            "the path accepts the connection and the request, but no answer comes back within 3s (--timeout): either " +
            "there is no server (start PathCheck serve at its far end), or the path discards an answer that is " +
            "directly followed by a FIN, or the port expects another protocol first (put a relay that speaks it at " +
            "this end).",
            refused.Message);
    }

    // If no byte is expected, the far end's bytes are surplus.
    [Theory]
    [InlineData(1000)]
    [InlineData(0)]
    public async Task AServerThatSendsAByteNowAndThenDoesNotDelayTheCheckForever(long expected)
    {
        // Each byte restarts the time-out of 0.3 s, and so does each higher byte count in the reports.
        long saw = 0;
        await using var server = new Answering(
            request => ReportLine(request, ++saw),
            drip: TimeSpan.FromSeconds(0.02));
        var far = new FarEndClient(
            new PathCheckOptions { Port = server.Port, Timeout = TimeSpan.FromSeconds(0.3) }, CancellationToken.None);
        CheckResult finding = await new ClientClosesFirst().RunAsync(far, TimeSpan.Zero, expected).Judged();
        Assert.Equal(PathEffect.NotForwarded, finding.Effect);
    }

    [Fact]
    public async Task AServerThatDelaysEachAnswerEndsTheRunWithAnError()
    {
        // The first check receives a byte now and then. Its limit for 4 MiB is more than four minutes.
        await using var server = new Answering(
            request =>
                request.StartsWith("PATHCHECK/1 info", StringComparison.Ordinal) ? "PATHCHECK/1 info PathCheck/6.6.6\n"
                    : ReportLine(request, 1),
            drip: TimeSpan.FromSeconds(0.2));
        var options = new PathCheckOptions { Port = server.Port, MaxDuration = TimeSpan.FromSeconds(2) };
        CommandException refused = await Assert.ThrowsAnyAsync<CommandException>(
            () => new PathCheckRunner(options, _ => { }).RunAsync(CancellationToken.None).WithTimeout());
        Assert.Equal(
            "the run was stopped after 2s, the maximum for these --hold, --timeout and --late: the path is too slow, " +
            "or the far end delays it.",
            refused.Message);
        Assert.InRange(
            PathCheckRunner.MaxDuration(new PathCheckOptions()), TimeSpan.FromMinutes(23), TimeSpan.FromMinutes(25));
    }

    // The report of an open connection that has received this number of bytes. Empty for every other request.
    private static string ReportLine(string request, long bytes)
    {
        if (!request.StartsWith("PATHCHECK/1 report ", StringComparison.Ordinal)) return "";
        ConnectionId id = PathRequest.Parse(Encoding.ASCII.GetBytes(request.TrimEnd('\n')), out _)!.Id!.Value;
        ConnectionReport report = ConnectionReport.Nothing(id) with { End = ReportedEnd.Open, Bytes = bytes };
        return Encoding.ASCII.GetString(report.ToLine());
    }

    // Only the test that waits for the time-out uses a short one.
    private static Task<PathReport> JudgeAsync(int port, TimeSpan? timeout = null) => new PathCheckRunner(
        new PathCheckOptions { Port = port, Timeout = timeout ?? Eventually.Limit },
        _ => { }).RunAsync(CancellationToken.None).Judged();

    /// <summary>
    /// A server that reads once, and then sends an answer and its FIN. If the answer is empty and an interval is given,
    /// it instead sends a byte after each interval until the client closes.
    /// </summary>
    private sealed class Answering : IAsyncDisposable
    {
        private readonly Socket _listener = Pair.Listen();
        private readonly Func<string, string> _answer;
        private readonly TimeSpan? _drip;
        private readonly Task _accepting;

        public Answering(Func<string, string> answer, TimeSpan? drip = null)
        {
            (_answer, _drip) = (answer, drip);
            _accepting = AcceptAsync();
        }

        public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

        public async ValueTask DisposeAsync()
        {
            _listener.Dispose();
            await Record.ExceptionAsync(() => _accepting.WithTimeout());
        }

        private async Task AcceptAsync()
        {
            while (true) _ = Record.ExceptionAsync(AnswerAsync(await _listener.AcceptAsync()));
        }

        private Func<Task> AnswerAsync(Socket client) => async () =>
        {
            using (client)
            {
                string said = _answer(await client.ReceiveAsync());
                if (said.Length > 0) await client.SendAsync(Encoding.Latin1.GetBytes(said)).WithTimeout();
                else if (_drip is { } pause)
                    for (; ; await Task.Delay(pause)) await client.SendAsync("f");
                client.Shutdown(SocketShutdown.Send);
            }
        };
    }
}
