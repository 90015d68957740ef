using System.Net.Sockets;
using Serilog.Events;

namespace TcpDemo.Tests.EchoServer.Hosting;

/// <summary>The server against clients that behave badly: each is an event, and the next connection works.</summary>
public sealed class HostileClientTests
{
    [Fact]
    public async Task EveryByteComesBackWhateverItIsAndNoneReachesTheLogRaw()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        byte[] everyByte = [.. Enumerable.Range(0, 256).Select(b => (byte)b)];
        using Socket client = await server.ConnectAsync();
        await client.SendAsync(everyByte).WithTimeout();
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal(everyByte, await client.ReadToEndAsync());
        await server.Log.WaitForAsync("SocketClosed");
        foreach (LogEvent e in server.Log.Events)
        {
            Assert.DoesNotContain(e.RenderMessage(System.Globalization.CultureInfo.InvariantCulture), char.IsControl);
            Assert.All(e.Properties.Values, v => Assert.DoesNotContain(v.ToString(), char.IsControl));
        }
    }

    [Fact]
    public async Task AClientThatClosesItsSocketInsteadOfShuttingDownIsServedAsFarAsItGoes()
    {
        await using RunningServer server =
            await RunningServer.StartAsync(new() { Think = TimeSpan.FromMilliseconds(50) });
        Socket client = await server.ConnectAsync();
        await client.SendAsync("bye");
        client.Dispose();

        // Its FIN came, so there was an end; the echo then met a closed socket, which answers with a RST.
        await server.Log.WaitForAsync("SocketClosed");
        Assert.Contains("ResetReceived", server.Log.Phases);
        Assert.Equal("next", await server.EchoAsync("next"));
    }

    [Fact]
    public async Task ABrowserThatSpeaksHttpGetsItsRequestBack()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        const string Request = "GET / HTTP/1.1\r\nHost: localhost:8888\r\n\r\n";
        Assert.Equal(Request, await server.EchoAsync(Request));
    }
}
