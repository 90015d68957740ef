using System.Net.Sockets;
using Serilog.Events;

namespace TcpDemo.Tests.EchoServer.Hosting;

/// <summary>The server against clients that misbehave: it serves the next client.</summary>
public sealed class HostileClientTests
{
    [Fact]
    public async Task EveryByteValueIsEchoedAndNoControlCharacterReachesTheLog()
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
    public async Task AClientThatClosesItsSocketInsteadOfHalfClosingResetsTheConnection()
    {
        await using RunningServer server =
            await RunningServer.StartAsync(new() { Think = TimeSpan.FromMilliseconds(50) });
        Socket client = await server.ConnectAsync();
        await client.SendAsync("bye");
        client.Dispose();

        // The echo arrives at a closed socket, so the client's kernel answers with a RST.
        await server.Log.WaitForAsync("SocketClosed");
        Assert.Contains("ResetReceived", server.Log.Phases);
        Assert.Equal("next", await server.EchoAsync("next"));
    }

    [Fact]
    public async Task ABrowsersRequestIsEchoedWithoutTheHttpOption()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        const string Request = "GET / HTTP/1.1\r\nHost: localhost:8888\r\n\r\n";
        Assert.Equal(Request, await server.EchoAsync(Request));
    }
}
