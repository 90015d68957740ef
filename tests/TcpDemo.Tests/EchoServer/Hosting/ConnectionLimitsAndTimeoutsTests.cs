using System.Diagnostics;
using System.Net.Sockets;
using EchoServer;
using Serilog.Events;
using SideBySide.Timeline;

namespace TcpDemo.Tests.EchoServer.Hosting;

/// <summary>
/// A client that is silent, does not read, or resets its connection in the backlog does not affect other clients.
/// </summary>
[Trait("Tier", "Long")]
public sealed class ConnectionLimitsAndTimeoutsTests
{
    private static readonly ServerOptions NoThinking = new() { Think = TimeSpan.Zero };

    [Fact]
    public async Task AConnectionThatWasResetInTheBacklogDoesNotStopTheListener()
    {
        // The server accepts only one connection at a time. The others are reset in the backlog.
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
    public async Task ASilentClientIsAbortedAfterTheIdleTimeoutAndTheCauseIsLogged()
    {
        await using RunningServer server =
            await RunningServer.StartAsync(NoThinking with { IdleTimeout = TimeSpan.FromMilliseconds(300) });
        long began = Stopwatch.GetTimestamp();
        using Socket client = await server.ConnectAsync();
        SocketException reset = await Assert.ThrowsAsync<SocketException>(() => client.ReceiveAsync());
        Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
        Assert.True(Stopwatch.GetElapsedTime(began) > TimeSpan.FromMilliseconds(250));
        LogEvent aborted = await server.Log.WaitForAsync("Aborted");
        Assert.Equal("client silent for 300ms (--idle-timeout)", aborted.Get<string>("Cause"));
    }

    [Fact]
    public async Task AClientThatNeverReadsIsAbortedAndDelaysNoOtherClient()
    {
        await using RunningServer server =
            await RunningServer.StartAsync(NoThinking with { IdleTimeout = TimeSpan.FromSeconds(1) });
        using Socket stuck = await server.ConnectAsync();
        Task flood = FloodAsync(stuck);
        Assert.Equal("served", await server.EchoAsync("served"));
        LogEvent aborted = await server.Log.WaitForAsync("Aborted");
        Assert.Equal("client did not read for 1s (--idle-timeout)", aborted.Get<string>("Cause"));
        await Assert.ThrowsAsync<SocketException>(() => flood);
    }

    [ConditionalFact]
    public async Task AClientThatReadsSlowlyButSteadilyIsNotAborted()
    {
        await using RunningServer server =
            await RunningServer.StartAsync(NoThinking with { IdleTimeout = TimeSpan.FromSeconds(2) });
        using Socket slow = await server.ConnectAsync();
        using var stop = new CancellationTokenSource();
        Task flood = Task.Run(async () =>
        {
            byte[] block = new byte[64 * 1024];
            while (!stop.IsCancellationRequested) await slow.SendAsync(block, stop.Token);
        });

        // The client reads so slowly that one send of the server takes far longer than the time-out.
        byte[] little = new byte[8 * 1024];
        for (long began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(6);)
        {
            Assert.True(await slow.ReceiveAsync(little).WithTimeout() > 0);
            await Task.Delay(50);
        }

        Assert.DoesNotContain("Aborted", server.Log.Phases);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => flood);
    }

    [Fact]
    public async Task AtMaxConnectionsFurtherClientsWaitUnacceptedAndAreServedLater()
    {
        await using RunningServer server = await RunningServer.StartAsync(NoThinking with { MaxConnections = 4 });
        Socket[] four = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => server.ConnectAsync()));
        await Eventually.BecomesTrueAsync(() => server.Log.Phases.Count(p => p == "Accepted") == 4);

        // The kernel completes the handshake, but the server does not accept the connection yet.
        using Socket fifth = await server.ConnectAsync();
        await fifth.SendAsync("me too");
        await Eventually.BecomesTrueAsync(() => Notes(server)
            .Any(n => n == "accepting paused: 4 connections (--max-connections)"));
        Assert.Equal(4, server.Log.Phases.Count(p => p == "Accepted"));

        four[0].Dispose();
        Assert.Equal("me too", await fifth.ReceiveAsync());
        foreach (Socket socket in four) socket.Dispose();
        fifth.Dispose();
        Assert.Equal("on", await server.EchoAsync("on"));
        Assert.Single(Notes(server), n => n.StartsWith("accepting paused", StringComparison.Ordinal));
        Assert.Single(Notes(server), n => n.StartsWith("accepting resumed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AThousandSimultaneousConnectionsAreAllEchoed()
    {
        await using RunningServer server = await RunningServer.StartAsync(NoThinking, LogEventLevel.Warning);
        string[] echoes = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => server.EchoAsync($"message {i}")));
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => $"message {i}"), echoes);
        Assert.Equal(["Listening"], server.Log.Phases);
    }

    private static IEnumerable<string> Notes(RunningServer server) =>
        server.Log.Events.Select(e => e.Get<string>("Sentence")).OfType<string>();

    private static async Task FloodAsync(Socket socket)
    {
        byte[] block = new byte[64 * 1024];
        while (true) await socket.SendAsync(block);
    }
}
