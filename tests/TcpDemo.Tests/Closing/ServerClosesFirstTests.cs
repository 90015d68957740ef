using System.Net.NetworkInformation;
using System.Net.Sockets;
using EchoClient;
using EchoClient.Running;
using Serilog.Events;
using SideBySide.Timeline;
using TcpClose.Kernel;
using TcpClose.Scenarios;

namespace TcpDemo.Tests.Closing;

/// <summary>The server closes its direction first, and loses no byte that the client still sends.</summary>
public sealed class ServerClosesFirstTests
{
    private const int Size = 1024 * 1024;

    [ConditionalFact]
    public async Task TheServerReceivesEveryByteThatTheClientSendsAfterTheServersFin()
    {
        using Pair pair = await Pair.ConnectAsync();

        // The server has nothing to send and half-closes.
        pair.Server.Shutdown(SocketShutdown.Send);
        Assert.Equal("", await pair.Client.ReceiveAsync());
        await Eventually.BecomesTrueAsync(() => SocketState.Read(pair.Server) == TcpState.FinWait2);
        Assert.Equal(TcpState.CloseWait, SocketState.Read(pair.Client));

        // The client sends in CLOSE-WAIT, to a server in FIN-WAIT-2.
        byte[] upload = Upload();
        Task<byte[]> reading = pair.Server.ReadToEndAsync();
        Assert.Equal(Size, await pair.Client.SendAsync(upload).WithTimeout());
        Assert.Equal((TcpState.CloseWait, TcpState.FinWait2),
            (SocketState.Read(pair.Client), SocketState.Read(pair.Server)));
        Assert.False(reading.IsCompleted);

        // The client's FIN ends the server's reading.
        pair.Client.Shutdown(SocketShutdown.Send);
        Assert.Equal(upload, await reading.WithTimeout());
    }

    [Fact]
    public async Task EchoServerReadsEveryByteAfterItsFinAndEchoesNothing()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using Socket client = await server.ConnectAsync();
        byte[] request = new ScenarioRequest("server-first").ToLine();
        await client.SendAsync(request).WithTimeout();
        Assert.Equal("", await client.ReceiveAsync());

        await client.SendAsync(Upload()).WithTimeout();
        Assert.DoesNotContain("FinRead", server.Log.Phases);
        client.Shutdown(SocketShutdown.Send);

        await server.Log.WaitForAsync("SocketClosed");
        Assert.Equal(request.Length + Size, Received(server));
        Assert.Empty(await client.ReadToEndAsync());
        Assert.Equal(["FinQueued", "FinRead", "SocketClosed"],
            server.Log.Phases.Where(p => p is not ("Listening" or "Accepted" or "Received")));
    }

    [Fact]
    public async Task BothConsolesAgreeOnTheBytesSentAfterTheServersFin()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        var log = new CollectingSink();
        var options = new ClientOptions { Port = server.EndPoint.Port, Scenario = "server-first", Message = Upload() };
        Assert.Equal(0, await new ScenarioRunner(options, log.Logger).RunAsync(CancellationToken.None).WithTimeout());

        LogEvent verdict = log.Events[^1];
        Assert.Equal($"closed normally: {Size} bytes sent after the server's FIN", verdict.Get<string>("Sentence"));
        await server.Log.WaitForAsync("SocketClosed");
        Assert.Equal(verdict.Get<long>("BytesSent"), Received(server));
    }

    private static byte[] Upload()
    {
        byte[] upload = new byte[Size];
        TestPattern.Fill(upload, 0);
        return upload;
    }

    // The request line and everything after it.
    private static long Received(RunningServer server) =>
        server.Log.Events.Last(e => e.Get<string>("Phase") == "Received").Get<long>("Bytes");
}
