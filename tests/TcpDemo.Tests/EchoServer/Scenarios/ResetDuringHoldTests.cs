using System.Net.Sockets;
using SideBySide.Timeline;

namespace TcpDemo.Tests.EchoServer.Scenarios;

/// <summary>
/// If a RST arrives during a hold, the server logs one reset, and neither a FIN nor an abort of its own.
/// </summary>
[Trait("Tier", "Long")]
public sealed class ResetDuringHoldTests
{
    [ConditionalTheory]
    [InlineData("server-abort")]
    [InlineData("unread-data")]
    [InlineData("unread-data", "bytes=5")]
    [InlineData("simultaneous")]
    public async Task AResetIsReportedWhileTheServerDoesNotRead(string scenario, string more = "bytes=0")
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using Socket client = await server.ConnectAsync();
        await client.SendAsync(more == "bytes=0"
            ? $"TCPCLOSE/1 {scenario} hold=1s\n"
            : $"TCPCLOSE/1 {scenario} hold=1s {more}\n");
        await server.Log.WaitForAsync("Received");
        client.Abort();
        await EndedAsync(server);
        Assert.Equal(["Listening", "Accepted", "Received", "ResetReceived", "SocketClosed"], server.Log.Phases);
        Assert.Equal("reset by the client",
            server.Log.Events.Single(e => e.Get<string>("Phase") == "ResetReceived").Get<string>("Cause"));
    }

    [ConditionalTheory]
    [InlineData("late-data hold=1s")]
    [InlineData("late-data hold=1s bytes=5")]
    [InlineData("full-close hold=1s bytes=5")]
    public async Task AResetIsReportedAfterTheServerHasReadTheClientsFin(string request)
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using Socket client = await server.ConnectAsync();
        await client.SendAsync($"TCPCLOSE/1 {request}\n");
        client.Shutdown(SocketShutdown.Send);
        await server.Log.WaitForAsync("FinRead");
        client.Abort();
        await EndedAsync(server);
        Assert.Equal(["Listening", "Accepted", "Received", "FinRead", "ResetReceived", "SocketClosed"],
            server.Log.Phases);
    }

    [Fact]
    public async Task WithoutAResetTheServersOwnAbortIsReportedAsAnAbort()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using Socket client = await server.ConnectAsync();
        await client.SendAsync("TCPCLOSE/1 server-abort hold=100ms\n");
        await Assert.ThrowsAsync<SocketException>(() => client.ReceiveAsync());
        Assert.Equal("requested by the client", (await server.Log.WaitForAsync("Aborted")).Get<string>("Cause"));
        Assert.Equal(["Listening", "Accepted", "Received", "Aborted"], server.Log.Phases);
    }

    private static Task EndedAsync(RunningServer server) =>
        Eventually.BecomesTrueAsync(() => server.Log.Phases[^1] is "SocketClosed" or "Aborted",
            () => string.Join(", ", server.Log.Phases));
}
