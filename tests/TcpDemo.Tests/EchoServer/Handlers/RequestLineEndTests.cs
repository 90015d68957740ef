using System.Diagnostics;
using System.Net.Sockets;
using SideBySide.Timeline;
using TcpClose.Scenarios;

namespace TcpDemo.Tests.EchoServer.Handlers;

/// <summary>
/// A request line ends at its line feed, at its maximum length, at its time limit or at the end of the stream, never at
/// the end of a segment.
/// </summary>
[Trait("Tier", "Long")]
public sealed class RequestLineEndTests
{
    private const int Connections = 300;
    private static readonly TimeSpan LineLimit = TimeSpan.FromSeconds(5), Drip = TimeSpan.FromSeconds(0.9);

    // Requests whose end the server recognizes without waiting for the time limit, and its answer to each.
    private static readonly (string Request, string Answer)[] CompleteRequests =
    [
        ("TCPCLOSE/1 late-data bytes=7\n", Generated(7)),
        ("TCPCLOSE/1 late-data hold=1ms bytes=30\r\n", Generated(30)),
        ("TCPCLOSE/1 three-segments\nthe first scenario's data\n", ""),
        ("TCPCLOSE/1 server-first\n", ""),
        ("TCPCLOSE/1 late-data colour=red\n", "TCPCLOSE/1 error: the only keys are hold and bytes\n"),
        ("TCPCLOSE/1 late-data", "TCPCLOSE/1 error: the stream ended before the line feed\n"),
        ("TCPCLOSE/2 late-data\n", "TCPCLOSE/2 late-data\n"),
        ("TCPCLOSE", "TCPCLOSE"),
    ];

    [Theory]
    [InlineData(256, "the only keys are hold and bytes")]
    [InlineData(257, "the line is longer than 256 bytes")]
    public async Task ALineOf256BytesIncludingItsLineFeedIsParsedAndOneOf257IsTooLong(int length, string error)
    {
        await using RunningServer server = await RunningServer.StartAsync();
        string line = "TCPCLOSE/1 late-data key=".PadRight(length - 1, 'x') + "\n";
        Assert.Equal($"TCPCLOSE/1 error: {error}\n", await server.EchoAsync(line));
    }

    [Theory]
    [InlineData("TCPCLOSE/1 late-data bytes=6\n")]
    [InlineData("TCPCLOSE/1 server-abort\n")]
    [InlineData("TCPCLOSE/1 nonsense\n")]
    public async Task ASecondRequestIsDataOfTheFirstScenario(string second)
    {
        await using RunningServer server = await RunningServer.StartAsync();
        Assert.Equal(Generated(5), await server.EchoAsync("TCPCLOSE/1 late-data bytes=5\n" + second));
        await server.Log.WaitForAsync("SocketClosed");
        Assert.Equal(["Listening", "Accepted", "Received", "FinRead", "Sent", "FinQueued", "SocketClosed"],
            server.Log.Phases);
    }

    [Fact]
    public async Task ALineThatTricklesInIsRejectedAfterFiveSecondsInAll()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using Socket client = await server.ConnectAsync();
        client.NoDelay = true;
        long began = Stopwatch.GetTimestamp();
        await client.SendAsync("TCPCLOSE/1 ");

        // The bytes trickle in for twice the limit. If each byte restarted the limit, the limit would not expire.
        Task<string> answer = client.ReceiveAsync();
        for (int drops = 0; drops * Drip < 2 * LineLimit && !answer.IsCompleted; drops++)
        {
            await client.SendAsync("x");
            await Task.WhenAny(answer, Task.Delay(Drip));
        }

        Assert.True(answer.IsCompleted, "no answer, although the bytes have trickled in for 10 s");
        Assert.Equal("TCPCLOSE/1 error: the line did not end within 5s\n", await answer);
        Assert.InRange(Stopwatch.GetElapsedTime(began), LineLimit - TimeSpan.FromMilliseconds(100), Eventually.Limit);
    }

    [Fact]
    public async Task OtherClientsAreServedWhileALineIsPending()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using Socket client = await server.ConnectAsync();
        await client.SendAsync("TCPCLOSE/1 late-");
        await server.Log.WaitForAsync("Received");
        Assert.Equal("another", await server.EchoAsync("another"));

        await client.SendAsync("data bytes=5\n");
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal(Generated(5), Encoding.ASCII.GetString(await client.ReadToEndAsync()));
    }

    [Fact]
    public async Task RequestsSplitAtRandomPositionsAreReadLikeWholeOnes()
    {
        var random = new Random(9293);
        await using RunningServer server = await RunningServer.StartAsync();
        for (int i = 0; i < Connections; i++)
        {
            (string request, string answer) = CompleteRequests[i % CompleteRequests.Length];
            Assert.Equal($"{i}: {answer}", $"{i}: {await InPiecesAsync(server, request, random)}");
        }

        // The server must have read pieces, not only whole requests.
        Assert.InRange(server.Log.Events.Count(e => e.Get<string>("Phase") == "Received" && e.Get<int>("Count") > 0),
            Connections + 1, int.MaxValue);
    }

    private static async Task<string> InPiecesAsync(RunningServer server, string request, Random random)
    {
        using Socket client = await server.ConnectAsync();
        client.NoDelay = true;
        for (int sent = 0; sent < request.Length;)
        {
            int length = random.Next(1, Math.Min(12, request.Length - sent) + 1);
            await client.SendAsync(request.Substring(sent, length));
            sent += length;
            await Task.Yield();
        }

        client.Shutdown(SocketShutdown.Send);
        return Encoding.ASCII.GetString(await client.ReadToEndAsync());
    }

    private static string Generated(int length)
    {
        byte[] bytes = new byte[length];
        TestPattern.Fill(bytes, 0);
        return Encoding.ASCII.GetString(bytes);
    }
}
