using System.Net;
using System.Net.Sockets;
using EchoClient.Verdict;
using TcpClose.Cli;
using TcpClose.Scenarios;

namespace TcpDemo.Tests;

/// <summary>A far side that is no EchoServer, or means ill, gets a sentence and no verdict, and keeps nobody waiting.</summary>
[Trait("Tier", "Long")]
public sealed class NotAnEchoServerTests
{
    [Theory]
    [InlineData("", "the path takes the connection, and no server answers behind it: start EchoServer at its far end.")]
    [InlineData("TCPCLOSE/1 hello\n", "the far end echoes requests: start EchoServer there, without --echo-only.")]
    [InlineData("TCPCLOSE/1 hello EchoServer/1.0.0 of=another form\n", "the far end answers in a form that this version does not know: start an EchoServer of this version there.")]
    [InlineData("TCPCLOSE/1 error: no such act\n", "the EchoServer at the far end is of an older version: start one of this version there.")]
    [InlineData("HTTP/1.1 400 \u001b]0;owned\u0007\n", "the far end is no EchoServer, it answers \"HTTP/1.1 400 \\x1b]0;owned\\x07\": start EchoServer there.")]
    [InlineData("no line feed", "the far end is no EchoServer, it answers \"no line feed\": start EchoServer there.")]
    public async Task AForeignServerGetsASentenceAndNoVerdict(string answer, string sentence)
    {
        await using var server = new Answering(_ => answer);
        Assert.Equal(sentence, (await Assert.ThrowsAsync<CommandException>(() => JudgeAsync(server.Port))).Message);
    }

    [Fact]
    public async Task ALineWithoutAnEndIsReadNoFurtherThanALineMayBe()
    {
        await using var server = new Answering(_ => new string('x', 3_000_000));
        CommandException refused = await Assert.ThrowsAsync<CommandException>(() => JudgeAsync(server.Port));
        Assert.Equal($"the far end is no EchoServer, it answers \"{new string('x', 64)}\"…: start EchoServer there.", refused.Message);
    }

    [Fact]
    public async Task AServerThatSaysHelloAndThenNothingMoreIsNotJudged()
    {
        await using var server = new Answering(request => request.StartsWith("TCPCLOSE/1 hello", StringComparison.Ordinal)
            ? "TCPCLOSE/1 hello EchoServer/6.6.6 fins=0 resets=0 silent=0\n" : "");
        CommandException refused = await Assert.ThrowsAsync<CommandException>(() => JudgeAsync(server.Port));
        Assert.Equal("the far side has stopped answering: is EchoServer running there?", refused.Message);
    }

    [Fact]
    public async Task AServerThatNeverAnswersIsGivenUpAfterTheTimeout()
    {
        using Socket listener = Pair.Listen();
        CommandException refused = await Assert.ThrowsAsync<CommandException>(() => JudgeAsync(((IPEndPoint)listener.LocalEndPoint!).Port, TimeSpan.FromSeconds(0.5)));
        Assert.Equal("the path takes the connection, and no server answers behind it: start EchoServer at its far end.", refused.Message);
    }

    [Fact]
    public async Task AServerThatDripsAndAlwaysSawAByteMoreIsNotWaitedForForEver()
    {
        // A byte each 20 ms begins a time-out of 0.3 s anew, and a byte too many ends nothing.
        long saw = 0;
        await using var server = new Answering(
            request => Saw(request, ++saw),
            drip: TimeSpan.FromSeconds(0.02));
        var far = new ServerClient(new PathCheckOptions { Port = server.Port, Timeout = TimeSpan.FromSeconds(0.3) }, CancellationToken.None);
        CheckResult finding = await ClientClosesFirst.RunAsync(far, TimeSpan.Zero, 1000).Judged();
        Assert.Equal(PathEffect.NotForwarded, finding.Effect);
    }

    [Fact]
    public async Task AServerThatKeepsTheRunWaitingEndsItWithASentence()
    {
        // Each question is answered, and the first connection drips: 4 MiB may take four minutes.
        await using var server = new Answering(
            request => request.StartsWith("TCPCLOSE/1 hello", StringComparison.Ordinal) ? "TCPCLOSE/1 hello EchoServer/6.6.6 fins=0 resets=0 silent=0\n" : Saw(request, 1),
            drip: TimeSpan.FromSeconds(0.2));
        var options = new PathCheckOptions { Port = server.Port, Longest = TimeSpan.FromSeconds(2) };
        CommandException refused = await Assert.ThrowsAsync<CommandException>(() => new PathCheckRunner(options, _ => { }).RunAsync(CancellationToken.None).WithTimeout());
        Assert.Equal("the run has taken 2s, and is given up: the path is too slow, or the far side keeps it waiting.", refused.Message);
        Assert.InRange(new PathCheckOptions().Longest, TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(10));
    }

    // That a connection is open, and so much came; of anything else, nothing.
    private static string Saw(string request, long bytes) => request.StartsWith("TCPCLOSE/1 saw ", StringComparison.Ordinal)
        ? Encoding.ASCII.GetString((ConnectionReport.Nothing(ScenarioRequest.Parse(Encoding.ASCII.GetBytes(request.TrimEnd('\n')), out _)!.Id!.Value) with { End = ConnectionReport.Open, Bytes = bytes }).ToLine())
        : "";

    // The time-out is short only where it is what has to come.
    private static Task<PathReport> JudgeAsync(int port, TimeSpan? timeout = null) => new PathCheckRunner(
        new PathCheckOptions { Port = port, Timeout = timeout ?? Eventually.Limit },
        _ => { }).RunAsync(CancellationToken.None).Judged();

    /// <summary>A server that reads once, says something, and its FIN; or, where it has nothing to say, a byte now and then.</summary>
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

        // Until the client has gone.
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
