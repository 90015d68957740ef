using System.Net;
using System.Net.Sockets;
using EchoClient;
using EchoClient.Running;
using Serilog.Events;
using SideBySide.Timeline;
using TcpClose.Scenarios;

namespace TcpDemo.Tests.EchoClient.Running;

/// <summary>
/// If the server echoes the request or rejects the scenario, the client reports that and exits with 2.
/// </summary>
[Trait("Tier", "Long")]
public sealed class ScenarioRejectedTests
{
    private const string Echoes =
        "scenario not run; the server echoed the request: start an EchoServer there, without --echo-only";

    /// <summary>The scenarios that send a request and read the answer.</summary>
    public static TheoryData<string> ScenariosWithRequest =>
        [.. ScenarioTable.All.Where(s => s.NeedsServerSupport && s.Name is not ("full-close" or "client-abort"))
            .Select(s => s.Name)];

    [Theory]
    [MemberData(nameof(ScenariosWithRequest))]
    public async Task AServerThatEchoesTheRequestIsReported(string scenario)
    {
        await using RunningServer server =
            await RunningServer.StartAsync(new() { Think = TimeSpan.Zero, EchoOnly = true });
        var log = new CollectingSink();
        Assert.Equal(2, await RunAsync(server.EndPoint, scenario, log));
        Assert.Equal(Echoes, LastSentence(log));
    }

    [Theory]
    [MemberData(nameof(ScenariosWithRequest))]
    public async Task ARejectionByTheServerIsQuoted(string scenario) =>
        Assert.Equal((2, "scenario not run; the server rejected the request: \"no such scenario\""),
            await AgainstAsync(scenario, "TCPCLOSE/1 error: no such scenario\n"));

    [Theory]
    [InlineData("TCPCLOSE/1 err", "or: no such scenario\r\n")]
    [InlineData("T", "CPCLOSE/1 error: no such scenario\nand more\n")]
    public async Task ARejectionMayArriveInPieces(params string[] pieces) =>
        Assert.Equal((2, "scenario not run; the server rejected the request: \"no such scenario\""),
            await AgainstAsync("server-first", pieces));

    [Fact]
    public async Task AnIncompleteRejectionIsQuotedAsFarAsItArrived()
    {
        Assert.Equal((2, "closed normally; the server rejected the request: \"no su\""),
            await AgainstAsync("late-data", "TCPCLOSE/1 error: no su"));
    }

    [Fact]
    public async Task TheServersAnswerIsEscapedAndTruncated()
    {
        (int code, string verdict) = await AgainstAsync("late-data",
            $"TCPCLOSE/1 error: \e]0;owned\a{new string('x', 500)}\n");
        Assert.Equal(2, code);
        Assert.Equal(
            $"scenario not run; the server rejected the request: \"\\x1b]0;owned\\x07{new string('x', 64 - 10)}\"…",
            verdict);
    }

    [Theory]
    [InlineData("TCPCLOSE/1 ok\n",
        "scenario not run; the server answered \"TCPCLOSE/1 ok\\n\": start an EchoServer of this version there")]
    [InlineData("TCPCLOSE/2 ok\n", "closed normally; reply altered: byte 0 is 0x54, not 0x66")]
    public async Task AnyOtherAnswerIsQuotedOrReportedAsAnAlteredReply(string answer, string verdict) =>
        Assert.Equal((2, verdict), await AgainstAsync("late-data", answer));

    [Theory]
    [InlineData("TCPCLOSE/1 error: no such scenario\n")]
    [InlineData("TCPCLOSE/1 late-data\n")]
    public async Task InAPlainEchoSuchLinesAreOrdinaryData(string message)
    {
        await using RunningServer server =
            await RunningServer.StartAsync(new() { Think = TimeSpan.Zero, EchoOnly = true });
        var log = new CollectingSink();
        Assert.Equal(0, await RunAsync(server.EndPoint, "half-close", log, Encoding.ASCII.GetBytes(message)));
        Assert.StartsWith("closed normally: ", LastSentence(log), StringComparison.Ordinal);
    }

    [Fact]
    public void EveryRequestThatTheClientSendsIsValid()
    {
        foreach (Scenario scenario in ScenarioTable.All.Where(s => s.NeedsServerSupport))
        {
            ScenarioRequest request = ClientScenarios.For(new ClientOptions { Scenario = scenario.Name }).Request!;
            Assert.Equal(request, ScenarioRequest.Parse(request.ToLine().AsSpan()[..^1], out string? error));
            Assert.Null(error);
        }
    }

    [ConditionalFact]
    public async Task AfterBothFinsNothingIsLeftToReset()
    {
        using Socket listener = Pair.Listen();
        var log = new CollectingSink();
        Task<int> run = RunAsync((IPEndPoint)listener.LocalEndPoint!, "late-data", log);
        using Socket server = await listener.AcceptAsync().WithTimeout();
        await server.ReadToEndAsync();
        // The rejection and the FIN arrive in one segment.
        server.SendWithFin("TCPCLOSE/1 error: no such scenario\n");
        Assert.Equal((2, "scenario not run; the server rejected the request: \"no such scenario\""),
            (await run.WithTimeout(), LastSentence(log)));
        Assert.DoesNotContain("Aborted", log.Phases);
        Assert.Contains("SocketClosed", log.Phases);
        Assert.DoesNotContain("TimeWait", log.Phases);    // the client stops before it reads the FIN
    }

    // Runs the client against a server that reads the request and sends the pieces and its FIN. The client reads the
    // first piece before the server sends the second.
    private static async Task<(int Code, string Verdict)> AgainstAsync(string scenario, params string[] pieces)
    {
        using Socket listener = Pair.Listen();
        var log = new CollectingSink();
        Task<int> run = RunAsync((IPEndPoint)listener.LocalEndPoint!, scenario, log);
        using Socket server = await listener.AcceptAsync().WithTimeout();
        await server.ReceiveAsync();
        foreach (string piece in pieces)
        {
            await server.SendAsync(piece);
            if (pieces.Length > 1) await Eventually.BecomesTrueAsync(() => log.Phases.Contains("Received"));
        }

        server.Shutdown(SocketShutdown.Send);
        await Record.ExceptionAsync(server.ReadToEndAsync);    // until the client has closed
        return (await run.WithTimeout(), LastSentence(log));
    }

    private static Task<int> RunAsync(IPEndPoint server, string scenario, CollectingSink log, byte[]? message = null)
    {
        var options = new ClientOptions
        {
            Port = server.Port,
            Scenario = scenario,
            Hold = TimeSpan.FromMilliseconds(100),
            Timeout = TimeSpan.FromSeconds(5)
        };
        return new ScenarioRunner(message is null ? options : options with { Message = message }, log.Logger)
            .RunAsync(CancellationToken.None).WithTimeout();
    }

    private static string LastSentence(CollectingSink log)
    {
        LogEvent last = log.Events[^1];
        Assert.NotNull(last.Get<string>("Outcome"));
        string sentence = last.Get<string>("Sentence")!;
        (string aborted, string closed) = ("aborted, ", "closed normally, but ");
        if (!sentence.Contains("scenario not run", StringComparison.Ordinal)) return sentence;

        // Depending on the timing, the client resets the connection, or there is no connection left to reset.
        LogEvent end = log.Events.Last(e => e.Get<string>("Phase") is "Aborted" or "SocketClosed");
        bool isReset = end.Get<string>("Phase") == "Aborted";
        Assert.StartsWith(isReset ? aborted : closed, sentence, StringComparison.Ordinal);
        if (isReset) Assert.Equal("scenario not run", end.Get<string>("Cause"));
        return sentence[(isReset ? aborted : closed).Length..];
    }
}
