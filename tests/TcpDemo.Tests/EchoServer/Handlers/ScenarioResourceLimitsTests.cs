using System.Globalization;
using System.Net.Sockets;
using EchoServer;

namespace TcpDemo.Tests.EchoServer.Handlers;

/// <summary>A client with long holds and many bytes cannot keep the server from serving other clients.</summary>
[Trait("Tier", "Long")]
public sealed class ScenarioResourceLimitsTests
{
    [ConditionalFact]
    public async Task AHoldEndsWithItsConnection()
    {
        // Each client takes the only slot, requests a hold and resets the connection. The server does not read during
        // the hold, so none of its calls reports the reset.
        await using RunningServer server =
            await RunningServer.StartAsync(new ServerOptions { Think = TimeSpan.Zero, MaxConnections = 1 });
        for (int i = 0; i < 40; i++)
        {
            using Socket client = await server.ConnectAsync();
            await client.SendAsync("TCPCLOSE/1 simultaneous hold=10m\n");
            client.Abort();
        }

        Assert.Equal("hello", await server.EchoAsync("hello"));
    }

    [ConditionalFact]
    public async Task HoldsTakeAtMostHalfOfTheConnections()
    {
        await using RunningServer server =
            await RunningServer.StartAsync(new ServerOptions { Think = TimeSpan.Zero, MaxConnections = 4 });
        using Socket first = await HoldAsync(server), second = await HoldAsync(server);
        Assert.Equal("TCPCLOSE/1 error: 2 scenarios are already running, try again later\n",
            await server.EchoAsync("TCPCLOSE/1 late-data bytes=5\n"));
        Assert.Equal("hello", await server.EchoAsync("hello"));

        first.Abort();
        await Eventually.BecomesTrueAsync(async () =>
            (await server.EchoAsync("TCPCLOSE/1 late-data bytes=5\n")).Length == 5);
    }

    [Fact]
    public async Task TheNumberOfLargeRepliesIsLimited()
    {
        await using RunningServer server =
            await RunningServer.StartAsync(new ServerOptions { Think = TimeSpan.Zero, MaxLargeReplies = 2 });

        // These clients read nothing.
        Socket[] unread = [await RequestAsync(server, "bytes=1GiB"), await RequestAsync(server, "bytes=1GiB")];
        Assert.Equal("TCPCLOSE/1 error: 2 large replies are already being sent, try again later\n",
            await server.EchoAsync("TCPCLOSE/1 late-data bytes=16385\n"));
        Assert.Equal(16384, (await server.EchoAsync("TCPCLOSE/1 late-data bytes=16384\n")).Length);

        unread[0].Abort();
        await Eventually.BecomesTrueAsync(async () =>
            (await server.EchoAsync("TCPCLOSE/1 late-data bytes=16385\n")).Length == 16385);
        unread[1].Dispose();
    }

    [ConditionalFact(Needs.Linux, "ss")]
    public async Task AReplyThatIsNotReadTakesALimitedAmountOfKernelMemory()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using var client =
            new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await client.ConnectAsync(server.EndPoint).WithTimeout();
        await client.SendAsync("TCPCLOSE/1 late-data bytes=1GiB\n");
        client.Shutdown(SocketShutdown.Send);
        long unread = 0;
        await Eventually.BecomesTrueAsync(
            async () => unread == (unread = await SendQueueAsync(server, client)) && unread > 0,
            () => $"{unread} bytes unread; {string.Join(", ", server.Log.Phases)}");
        Assert.InRange(unread, 1, 64 * 1024);
    }

    private static Task<Socket> HoldAsync(RunningServer server) => RequestAsync(server, "hold=10m");

    // Requests late-data, half-closes, and waits until the server has read the FIN.
    private static async Task<Socket> RequestAsync(RunningServer server, string parameters)
    {
        Socket client = await server.ConnectAsync();
        int before = server.Log.Phases.Count(p => p == "FinRead");
        await client.SendAsync($"TCPCLOSE/1 late-data {parameters}\n");
        client.Shutdown(SocketShutdown.Send);
        await Eventually.BecomesTrueAsync(() => server.Log.Phases.Count(p => p == "FinRead") > before);
        return client;
    }

    // The number of bytes that the server's kernel holds for the client: the third column of ss, as in "ESTAB 0 65536
    // 127.0.0.1:8888 127.0.0.1:40000".
    private static async Task<long> SendQueueAsync(RunningServer server, Socket client)
    {
        string row = (await Programs.ShellAsync(
            $"ss -tnH state connected src {server.EndPoint} dst {client.LocalEndPoint}")).Output;
        string[] columns = row.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return columns.Length < 3 ? 0 : long.Parse(columns[2], CultureInfo.InvariantCulture);
    }
}
