using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using EchoClient;
using EchoClient.Running;
using Serilog.Events;
using SideBySide.Timeline;
using TcpClose.Kernel;

namespace TcpDemo.Tests.EchoClient.Running;

/// <summary>
/// The client against servers that misbehave: it reports what was wrong, exits with 2, and never hangs.
/// </summary>
[Trait("Tier", "Long")]
public sealed class HostileServerTests
{
    [Fact]
    public async Task FewerBytesThanExpectedAreReportedAsAShortEcho()
    {
        (int code, CollectingSink log) = await AgainstAsync(async (server, _) =>
        {
            await server.ReadToEndAsync();
            await server.SendAsync("hello");
        });
        Assert.Equal((2, "closed normally; echo short: 5 of 13 bytes, 8 missing"), (code, LastSentence(log)));
    }

    [Fact]
    public async Task MoreBytesThanExpectedAreReportedAsAnEchoThatIsTooLong()
    {
        (int code, CollectingSink log) = await AgainstAsync(async (server, _) =>
        {
            await server.ReadToEndAsync();
            await server.SendAsync("hello service and more");
        });
        Assert.Equal((2, "closed normally; echo too long: 22 bytes received, 13 expected"), (code, LastSentence(log)));
    }

    [Fact]
    public async Task WrongBytesAreReportedAsAnAlteredEcho()
    {
        (int code, CollectingSink log) = await AgainstAsync(async (server, _) =>
        {
            await server.ReadToEndAsync();
            await server.SendAsync("hello");
            await server.SendAsync(" Service");
        });
        Assert.Equal((2, "closed normally; echo altered: byte 6 is 0x53, not 0x73"), (code, LastSentence(log)));
    }

    [Fact]
    public async Task AnEndlessReplyIsAborted()
    {
        (int code, CollectingSink log) = await AgainstAsync(async (server, _) =>
        {
            byte[] block = new byte[16 * 1024];
            await Assert.ThrowsAsync<SocketException>(async () => { while (true) await server.SendAsync(block); });
        });
        Assert.Equal(2, code);
        Assert.StartsWith("aborted, ", LastSentence(log), StringComparison.Ordinal);
        Assert.Contains("received, 13 expected, and the stream has not ended", LastSentence(log),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task AResetDuringTheEchoIsReportedWithExitCode2()
    {
        (int code, CollectingSink log) = await AgainstAsync(async (server, log) =>
        {
            await server.ReadToEndAsync();
            await server.SendAsync("hello");
            await log.WaitForAsync("Received");
            server.Abort();
        });
        Assert.Equal((2, "reset by the server; echo short: 5 of 13 bytes, 8 missing"), (code, LastSentence(log)));
        Assert.Equal(["Connecting", "Connected", "Sent", "FinQueued", "Received", "ResetReceived", "SocketClosed"],
            log.Phases);
    }

    [ConditionalFact]
    public async Task TheTimeoutAbortsAConnectionToAServerThatNeverAnswers()
    {
        (int code, CollectingSink log) = await AgainstAsync(
            async (server, _) =>
            {
                await server.ReadToEndAsync();
                // Wait for the client's RST.
                await Eventually.BecomesTrueAsync(() => SocketState.Read(server) == TcpState.Closed);
            },
            new ClientOptions { Timeout = TimeSpan.FromSeconds(1) });
        Assert.Equal((2, "aborted, no progress for 1s (--timeout); echo short: 0 of 13 bytes, 13 missing"),
            (code, LastSentence(log)));
        Assert.Equal("Aborted", log.Phases[^1]);
    }

    [Fact]
    public async Task AServerThatClosesImmediatelyIsReportedWithExitCode2()
    {
        (int code, CollectingSink log) = await AgainstAsync((_, _) => Task.CompletedTask);
        Assert.Equal(2, code);
        // Depending on the timing, the client receives a FIN or a RST.
        Assert.Matches("^(reset by the server|closed normally); echo short: 0 of 13 bytes, 13 missing$",
            LastSentence(log));
    }

    [Fact]
    public async Task AResetReportedToSendFirstIsNeverMistakenForAnEndOfStream()
    {
        for (int i = 0; i < 20; i++)
        {
            (int code, CollectingSink log) = await AgainstAsync(
                async (server, _) =>
                {
                    await server.ReceiveAsync();
                    server.Abort();
                },
                new ClientOptions { Message = new byte[32 * 1024 * 1024] });
            Assert.Equal(2, code);
            Assert.StartsWith("reset by the server; ", LastSentence(log), StringComparison.Ordinal);
            Assert.DoesNotContain("FinRead", log.Phases);
        }
    }

    [Theory]
    [InlineData("frames", "\u007f\u007f\u007f\u007f",
        "aborted, header 1 gives a body of 2139062143 bytes, the maximum is 1048576; echo altered: byte 0 is 0x7f, "
            + "not 0x00")]
    [InlineData("http", "GET / HTTP/1.1\r\n", "aborted, no page received: start the server with --http")]
    [InlineData("http", "HTTP/1.1 500 Oops\r\n\r\n", "aborted, no page received: start the server with --http")]
    [InlineData("refused", "", "aborted, a program listens on that port: use another --port")]
    public async Task AnAnswerThatDoesNotFitTheScenarioIsReportedWithExitCode2(string scenario, string answer,
        string verdict)
    {
        (int code, CollectingSink log) = await AgainstAsync(
            async (server, log) =>
            {
                if (answer.Length > 0) await server.SendAsync(answer);
                // If the server's FIN arrived first, the client would have nothing left to reset.
                await log.WaitForAsync("Aborted");
            },
            new ClientOptions { Scenario = scenario });
        Assert.Equal((2, verdict), (code, LastSentence(log)));
    }

    [Fact]
    public async Task ControlCharactersFromAPeerAreEscapedInTheLog()
    {
        const string Nasty = "\e]0;owned\a\r\n\0";
        (int code, CollectingSink log) = await AgainstAsync(async (server, _) =>
        {
            await server.SendAsync(Nasty);
            await server.ReadToEndAsync();
        });
        Assert.Equal(2, code);
        Assert.All(log.Events,
            e => Assert.DoesNotContain(e.RenderMessage(System.Globalization.CultureInfo.InvariantCulture),
                char.IsControl));
    }

    [ConditionalTheory]
    [InlineData("half-close")]
    [InlineData("three-segments")]
    [InlineData("simultaneous")]
    [InlineData("late-data")]
    public async Task ACloseWithUnreadDataIsReportedAsAReset(string scenario)
    {
        // The RST arrives before or after our Shutdown. .NET's Shutdown hides a RST that arrived before it.
        (int code, CollectingSink log) = await AgainstAsync(async (server, _) =>
        {
            await Eventually.BecomesTrueAsync(() => server.Available > 0);
            server.Dispose();
        }, new ClientOptions { Scenario = scenario, Hold = TimeSpan.FromMilliseconds(200) });
        Assert.Equal(2, code);
        Assert.StartsWith("reset by the server", LastSentence(log), StringComparison.Ordinal);
    }

    [ConditionalFact]
    public async Task AnEchoFollowedByAResetIsNotANormalClose()
    {
        // The server sends the whole echo and then aborts.
        (int code, CollectingSink log) = await AgainstAsync(async (server, _) =>
        {
            await Eventually.BecomesTrueAsync(() => server.Available >= 13);
            await server.ReceiveAsync();
            await server.SendAsync("hello service");
            server.Abort();
        });
        Assert.Equal(2, code);
        Assert.StartsWith("reset by the server", LastSentence(log), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SurplusBytesThatTrickleInAreBoundedInTime()
    {
        (int code, CollectingSink log) = await AgainstAsync(async (server, _) =>
        {
            await server.ReadToEndAsync();
            await server.SendAsync("hello service");
            await Assert.ThrowsAsync<SocketException>(async () =>
            {
                while (true)
                {
                    await server.SendAsync("x");
                    await Task.Delay(100);
                }
            });
        }, new ClientOptions { Timeout = TimeSpan.FromSeconds(1) });
        Assert.Equal(2, code);
        Assert.StartsWith("aborted, ", LastSentence(log), StringComparison.Ordinal);
        Assert.Contains("bytes received, 13 expected, and the stream has not ended", LastSentence(log),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task AReplyThatMayBeShortIsStillReportedAsShortIfNothingArrives()
    {
        (int code, CollectingSink log) = await AgainstAsync(
            async (server, _) => await Assert.ThrowsAsync<SocketException>(() => server.ReadToEndAsync()),
            new ClientOptions
            {
                Scenario = "unread-data",
                Hold = TimeSpan.FromMilliseconds(200),
                Timeout = TimeSpan.FromSeconds(1)
            });
        Assert.Equal(
            (2, "aborted, no progress for 1.2s (--timeout plus --hold); reply short: 0 of 13 bytes, 13 missing"),
            (code, LastSentence(log)));
    }

    [Fact]
    public async Task AnInterruptedClientExitsWith130()
    {
        using Socket listener = Pair.Listen();
        using var stop = new CancellationTokenSource();
        var log = new CollectingSink();
        Task<int> run = Run(listener, new ClientOptions(), log, stop.Token);
        await log.WaitForAsync("FinQueued");
        await stop.CancelAsync();
        Assert.Equal(130, await run.WithTimeout());
        Assert.Equal("aborted, interrupted; echo short: 0 of 13 bytes, 13 missing", LastSentence(log));
    }

    private static async Task<(int Code, CollectingSink Log)> AgainstAsync(Func<Socket, CollectingSink, Task> server,
        ClientOptions? options = null)
    {
        using Socket listener = Pair.Listen();
        var log = new CollectingSink();
        Task serving = ServeAsync();
        int code = await Run(listener, options ?? new ClientOptions(), log, CancellationToken.None).WithTimeout();
        await serving.WithTimeout();
        return (code, log);

        async Task ServeAsync()
        {
            using Socket accepted = await listener.AcceptAsync().WithTimeout();
            await server(accepted, log);
        }
    }

    private static Task<int> Run(Socket listener, ClientOptions options, CollectingSink log, CancellationToken stop) =>
        new ScenarioRunner(options with { Port = ((IPEndPoint)listener.LocalEndPoint!).Port }, log.Logger)
            .RunAsync(stop);

    private static string LastSentence(CollectingSink log)
    {
        LogEvent last = log.Events[^1];
        Assert.NotNull(last.Get<string>("Outcome"));
        return last.Get<string>("Sentence")!;
    }
}
