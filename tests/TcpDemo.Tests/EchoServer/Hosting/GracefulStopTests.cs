using System.Net.Sockets;
using EchoClient.Running;
using EchoServer;
using Serilog.Events;
using SideBySide.Timeline;

namespace TcpDemo.Tests.EchoServer.Hosting;

/// <summary>
/// A stopped server lets its connections finish until the shutdown time-out. Then it aborts the others.
/// </summary>
[Trait("Tier", "Long")]
public sealed class GracefulStopTests
{
    [Fact]
    public async Task ABusyConnectionFinishesAndAnIdleAndAStuckOneAreAborted()
    {
        await using RunningServer server = await RunningServer.StartAsync(
            new ServerOptions { Think = TimeSpan.FromMilliseconds(100), ShutdownTimeout = TimeSpan.FromSeconds(3) });

        // Idle: the client connects and sends nothing.
        using Socket idle = await server.ConnectAsync();
        int idlePort = Port(idle);

        // Stuck: the client never reads, and sends until both directions are full.
        using Socket stuck = await server.ConnectAsync();
        int stuckPort = Port(stuck);
        Task flood = FloodAsync(stuck);
        await Eventually.BecomesTrueAsync(() =>
            server.Log.Events.Count(e => e.Get<int>("Connection") == stuckPort
                && e.Get<string>("Phase") == "Sent") > 3);
        await StillAsync(() => server.Log.Events.Count);

        // Busy: the stop comes while the server works on a reply.
        using Socket busy = await server.ConnectAsync();
        int busyPort = Port(busy);
        await busy.SendAsync("work");
        busy.Shutdown(SocketShutdown.Send);
        await Eventually.BecomesTrueAsync(() => Phases(server, busyPort).Contains("Received"));

        server.Stop();
        await server.Serving.WithTimeout();

        // Only the busy client gets its reply and a normal close.
        Assert.Equal("work", Encoding.ASCII.GetString(await busy.ReadToEndAsync()));
        Assert.Equal(["Accepted", "Received", "Sent", "FinRead", "FinQueued", "SocketClosed"],
            Phases(server, busyPort));
        Assert.Equal("server stops, client silent", Cause(server, idlePort));
        Assert.Equal("server stops, client did not read", Cause(server, stuckPort));
        SocketException reset = await Assert.ThrowsAsync<SocketException>(() => idle.ReceiveAsync());
        Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
        await Assert.ThrowsAsync<SocketException>(() => flood);
    }

    [Fact]
    public async Task AfterAStopDuringATransferTheClientReportsExactlyHowManyBytesAreMissing()
    {
        await using RunningServer server = await RunningServer.StartAsync(
            new ServerOptions { Think = TimeSpan.Zero, ShutdownTimeout = TimeSpan.Zero }, LogEventLevel.Warning);
        var log = new CollectingSink(LogEventLevel.Information);
        // Too much to be transferred before the stop.
        const long Length = 1L << 40;
        Task<int> run = new ScenarioRunner(new() { Port = server.EndPoint.Port, Bytes = Length }, log.Logger)
            .RunAsync(CancellationToken.None);
        await log.WaitForAsync("Received");
        server.Stop();
        await server.Serving.WithTimeout();

        Assert.Equal(2, await run.WithTimeout());
        LogEvent result = log.Events[^1];
        long received = result.Get<long>("Bytes");
        Assert.InRange(received, 1, Length - 1);
        Assert.Equal($"reset by the server; echo short: {received} of {Length} bytes, {Length - received} missing",
            result.Get<string>("Sentence"));
        Assert.StartsWith("server stops, ", (await server.Log.WaitForAsync("Aborted")).Get<string>("Cause"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task AStopWhileTheServerIsAtWorkLogsThatAsTheCause()
    {
        await using RunningServer server = await RunningServer.StartAsync(
            new ServerOptions { Think = TimeSpan.FromSeconds(30), ShutdownTimeout = TimeSpan.FromMilliseconds(100) });
        using Socket client = await server.ConnectAsync();
        await client.SendAsync("work");
        await server.Log.WaitForAsync("Received");
        server.Stop();
        await server.Serving.WithTimeout();
        Assert.Equal("server stops, still working", (await server.Log.WaitForAsync("Aborted")).Get<string>("Cause"));
    }

    private static int Port(Socket client) => ((System.Net.IPEndPoint)client.LocalEndPoint!).Port;

    private static List<string?> Phases(RunningServer server, int port) =>
        [.. server.Log.Events.Where(e => e.Get<int>("Connection") == port).Select(e => e.Get<string>("Phase"))];

    private static string? Cause(RunningServer server, int port) =>
        server.Log.Events.Single(e => e.Get<int>("Connection") == port && e.Get<string>("Phase") == "Aborted")
            .Get<string>("Cause");

    private static async Task FloodAsync(Socket socket)
    {
        byte[] block = new byte[64 * 1024];
        while (true) await socket.SendAsync(block);
    }

    // Waits until a number has not changed for 50 readings.
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
