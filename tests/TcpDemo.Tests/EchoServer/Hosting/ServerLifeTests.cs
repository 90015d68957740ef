using System.Diagnostics;
using System.Net.Sockets;
using EchoClient.Running;
using EchoServer;
using Serilog.Events;
using SideBySide.Timeline;

namespace TcpDemo.Tests.EchoServer.Hosting;

/// <summary>The server goes on whatever its clients do, and stops when it is told to.</summary>
[Trait("Tier", "Long")]
public sealed class ServerLifeTests
{
    private static readonly ServerOptions NoThinking = new() { Think = TimeSpan.Zero };

    [Fact]
    public async Task StopTellsAnIdleABusyAndAStuckConnectionApart()
    {
        await using RunningServer server = await RunningServer.StartAsync(
            new ServerOptions { Think = TimeSpan.FromMilliseconds(100), ShutdownTimeout = TimeSpan.FromSeconds(3) });

        // Idle: connected, and silent.
        using Socket idle = await server.ConnectAsync();
        int idlePort = Port(idle);

        // Stuck: sends without end and never reads, until both directions are full.
        using Socket stuck = await server.ConnectAsync();
        int stuckPort = Port(stuck);
        Task flood = FloodAsync(stuck);
        await Eventually.BecomesTrueAsync(() => server.Log.Events.Count(e => e.Get<int>("Connection") == stuckPort && e.Get<string>("Phase") == "Sent") > 3);
        await StillAsync(() => server.Log.Events.Count);

        // Busy: at work on a reply when the stop comes.
        using Socket busy = await server.ConnectAsync();
        int busyPort = Port(busy);
        await busy.SendAsync("work");
        busy.Shutdown(SocketShutdown.Send);
        await Eventually.BecomesTrueAsync(() => Phases(server, busyPort).Contains("Received"));

        server.Stop();
        await server.Serving.WithTimeout();

        // The busy one got its whole answer and a normal close; the two others are aborted, each with its own cause.
        Assert.Equal("work", Encoding.ASCII.GetString(await busy.ReadToEndAsync()));
        Assert.Equal(["Accepted", "Received", "Sent", "FinRead", "FinQueued", "SocketClosed"], Phases(server, busyPort));
        Assert.Equal("stopped, client sent nothing", Cause(server, idlePort));
        Assert.Equal("stopped, client did not read", Cause(server, stuckPort));
        SocketException reset = await Assert.ThrowsAsync<SocketException>(() => idle.ReceiveAsync());
        Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
        await Assert.ThrowsAsync<SocketException>(() => flood);
    }

    [Fact]
    public async Task AConnectionThatWasResetInTheBacklogDoesNotStopTheListener()
    {
        // One connection is all that the server takes, so that the others wait in the backlog, and are reset there.
        await using RunningServer server = await RunningServer.StartAsync(NoThinking with { MaxConnections = 1 });
        using Socket first = await server.ConnectAsync();
        await server.Log.WaitForAsync("Accepted");
        for (int i = 0; i < 50; i++)
        {
            using Socket client = await server.ConnectAsync();
            client.Abort();
        }

        Assert.Equal(1, server.Log.Phases.Count(p => p == "Accepted"));
        first.Dispose();
        Assert.Equal("alive", await server.EchoAsync("alive"));
        await Eventually.BecomesTrueAsync(() => server.Log.Phases.Count(p => p == "SocketClosed") == 52);
        Assert.Equal(50, server.Log.Phases.Count(p => p == "ResetReceived"));
    }

    [Fact]
    public async Task ASilentClientIsAbortedAfterTheIdleTimeoutWithItsCause()
    {
        await using RunningServer server = await RunningServer.StartAsync(NoThinking with { IdleTimeout = TimeSpan.FromMilliseconds(300) });
        long began = Stopwatch.GetTimestamp();
        using Socket client = await server.ConnectAsync();
        SocketException reset = await Assert.ThrowsAsync<SocketException>(() => client.ReceiveAsync());
        Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
        Assert.True(Stopwatch.GetElapsedTime(began) > TimeSpan.FromMilliseconds(250));
        LogEvent aborted = await server.Log.WaitForAsync("Aborted");
        Assert.Equal("client sent nothing for 300ms", aborted.Get<string>("Cause"));
    }

    [Fact]
    public async Task AClientThatNeverReadsIsAbortedWithItsCauseAndHoldsUpNobody()
    {
        await using RunningServer server = await RunningServer.StartAsync(NoThinking with { IdleTimeout = TimeSpan.FromSeconds(1) });
        using Socket stuck = await server.ConnectAsync();
        Task flood = FloodAsync(stuck);
        Assert.Equal("served", await server.EchoAsync("served"));
        LogEvent aborted = await server.Log.WaitForAsync("Aborted");
        Assert.Equal("client did not read for 1s", aborted.Get<string>("Cause"));
        await Assert.ThrowsAsync<SocketException>(() => flood);
    }

    [ConditionalFact]
    public async Task AClientThatReadsSlowlyButSteadilyIsNotAborted()
    {
        await using RunningServer server = await RunningServer.StartAsync(NoThinking with { IdleTimeout = TimeSpan.FromSeconds(2) });
        using Socket slow = await server.ConnectAsync();
        using var enough = new CancellationTokenSource();
        Task flood = Task.Run(async () =>
        {
            byte[] block = new byte[64 * 1024];
            while (!enough.IsCancellationRequested) await slow.SendAsync(block, enough.Token);
        });

        // Three times the time-out, at a pace at which the server's one send takes far longer than that.
        byte[] little = new byte[8 * 1024];
        for (long began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(6);)
        {
            Assert.True(await slow.ReceiveAsync(little).WithTimeout() > 0);
            await Task.Delay(50);
        }

        Assert.DoesNotContain("Aborted", server.Log.Phases);
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => flood);
    }

    [Fact]
    public async Task AtMaxConnectionsTheOthersWaitUnacceptedAndAreServedLater()
    {
        await using RunningServer server = await RunningServer.StartAsync(NoThinking with { MaxConnections = 4 });
        Socket[] four = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => server.ConnectAsync()));
        await Eventually.BecomesTrueAsync(() => server.Log.Phases.Count(p => p == "Accepted") == 4);

        // The fifth is connected, for that is the kernel's work, but nobody answers it.
        using Socket fifth = await server.ConnectAsync();
        await fifth.SendAsync("me too");
        await Eventually.BecomesTrueAsync(() => Notes(server).Any(n => n == "accepting pauses: 4 connections (--max-connections)"));
        Assert.Equal(4, server.Log.Phases.Count(p => p == "Accepted"));

        four[0].Dispose();
        Assert.Equal("me too", await fifth.ReceiveAsync());
        foreach (Socket socket in four) socket.Dispose();
        fifth.Dispose();
        Assert.Equal("on", await server.EchoAsync("on"));
        Assert.Single(Notes(server), n => n.StartsWith("accepting pauses", StringComparison.Ordinal));
        Assert.Single(Notes(server), n => n.StartsWith("accepting goes on", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AThousandConnectionsAtOnceAreAllEchoed()
    {
        await using RunningServer server = await RunningServer.StartAsync(NoThinking, LogEventLevel.Warning);
        string[] echoes = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => server.EchoAsync($"message {i}")));
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => $"message {i}"), echoes);
        Assert.Equal(["Listening"], server.Log.Phases);
    }

    [Fact]
    public async Task StoppedInMidTransferTheClientHasWhatCameSoFarAndSaysExactlyWhatIsMissing()
    {
        await using RunningServer server = await RunningServer.StartAsync(NoThinking with { ShutdownTimeout = TimeSpan.Zero }, LogEventLevel.Warning);
        var log = new CollectingSink(LogEventLevel.Information);
        // Far more than could be transferred before the stop.
        const long Length = 1L << 40;
        Task<int> run = new ScenarioRunner(new() { Port = server.EndPoint.Port, Bytes = Length }, log.Logger).RunAsync(CancellationToken.None);
        await log.WaitForAsync("Received");
        server.Stop();
        await server.Serving.WithTimeout();

        Assert.Equal(2, await run.WithTimeout());
        LogEvent verdict = log.Events[^1];
        long came = verdict.Get<long>("Bytes");
        Assert.InRange(came, 1, Length - 1);
        Assert.Equal($"reset by the server; echo short: {came} of {Length} bytes, {Length - came} missing", verdict.Get<string>("Sentence"));
        Assert.StartsWith("stopped, ", (await server.Log.WaitForAsync("Aborted")).Get<string>("Cause"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task StoppedAtWorkTheServerSaysSo()
    {
        await using RunningServer server = await RunningServer.StartAsync(
            new ServerOptions { Think = TimeSpan.FromSeconds(30), ShutdownTimeout = TimeSpan.FromMilliseconds(100) });
        using Socket client = await server.ConnectAsync();
        await client.SendAsync("work");
        await server.Log.WaitForAsync("Received");
        server.Stop();
        await server.Serving.WithTimeout();
        Assert.Equal("stopped, still at work", (await server.Log.WaitForAsync("Aborted")).Get<string>("Cause"));
    }

    private static int Port(Socket client) => ((System.Net.IPEndPoint)client.LocalEndPoint!).Port;

    private static List<string?> Phases(RunningServer server, int port) =>
        [.. server.Log.Events.Where(e => e.Get<int>("Connection") == port).Select(e => e.Get<string>("Phase"))];

    private static IEnumerable<string> Notes(RunningServer server) => server.Log.Events.Select(e => e.Get<string>("Sentence")).OfType<string>();

    private static string? Cause(RunningServer server, int port) =>
        server.Log.Events.Single(e => e.Get<int>("Connection") == port && e.Get<string>("Phase") == "Aborted").Get<string>("Cause");

    private static async Task FloodAsync(Socket socket)
    {
        byte[] block = new byte[64 * 1024];
        while (true) await socket.SendAsync(block);
    }

    // Until a figure stays the same over several looks.
    private static async Task StillAsync(Func<int> figure)
    {
        int same = 0, last = -1;
        await Eventually.BecomesTrueAsync(() =>
        {
            int now = figure();
            same = now == last ? same + 1 : 0;
            last = now;
            return same > 50;
        });
    }
}
