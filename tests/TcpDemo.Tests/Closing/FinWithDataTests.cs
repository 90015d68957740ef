using System.Net;
using System.Net.Sockets;
using EchoClient;
using EchoClient.Running;
using SideBySide.Timeline;
using SideBySide.Tracing;

namespace TcpDemo.Tests.Closing;

/// <summary>A FIN may carry data (RFC 9293 3.10.7.4): the reader gets the data, then the end of stream.</summary>
public sealed class FinWithDataTests
{
    private const string Data = "hello service";

    [ConditionalFact(Needs.PacketCapture)]
    public async Task EchoServerEchoesTheDataOfTheClientsFin()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        await using PacketCapture capture = await PacketCapture.StartAsync(server.EndPoint.Port);
        using Socket client = await server.ConnectAsync();
        client.SendWithFin(Data);
        Assert.Equal(Data, Encoding.ASCII.GetString(await client.ReadToEndAsync()));
        await IsOneSegmentAsync(capture, fromServer: false, server.EndPoint.Port);
    }

    [ConditionalFact(Needs.PacketCapture)]
    public async Task EchoClientAcceptsAnEchoInTheServersFin()
    {
        using Socket listener = Pair.Listen();
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        await using PacketCapture capture = await PacketCapture.StartAsync(port);
        var log = new CollectingSink();
        Task<int> run = new ScenarioRunner(new ClientOptions { Port = port }, log.Logger)
            .RunAsync(CancellationToken.None);

        using Socket server = await listener.AcceptAsync().WithTimeout();
        Assert.Equal(Data, Encoding.ASCII.GetString(await server.ReadToEndAsync()));
        server.SendWithFin(Data);

        Assert.Equal(0, await run.WithTimeout());
        Assert.Equal("closed normally: 13 of 13 bytes, 13 after our FIN", log.Events[^1].Get<string>("Sentence"));
        await IsOneSegmentAsync(capture, fromServer: true, port);
    }

    // This side sent data only in the segment with its FIN.
    private static async Task IsOneSegmentAsync(PacketCapture capture, bool fromServer, int port)
    {
        bool Fin(Segment s) => s.Flags.Contains("FIN", StringComparison.Ordinal);
        IReadOnlyList<Segment> wire = await capture.WaitForAsync(all => all.Count(Fin) >= 2, Eventually.Limit);
        Segment carrier = Assert.Single(wire, s => (s.FromPort == port) == fromServer && (Fin(s) || s.Length > 0));
        Assert.Equal(("FIN PSH ACK", Data.Length), (carrier.Flags, carrier.Length));
    }
}
