using System.Net.Sockets;
using TcpClose.Scenarios;

namespace TcpDemo.Tests.EchoServer.Handlers;

/// <summary>The syntax of a request line: what is accepted, rejected or echoed.</summary>
[Trait("Tier", "Long")]
public sealed class RequestLineSyntaxTests
{
    public static readonly TheoryData<string, string> Malformed = new()
    {
        { "TCPCLOSE/1 nonsense\n",
            "no such scenario: use one of late-data, three-segments, server-first, simultaneous, full-close, "
                + "unread-data, client-abort, server-abort" },
        { "TCPCLOSE/1 \n",
            "no such scenario: use one of late-data, three-segments, server-first, simultaneous, full-close, "
                + "unread-data, client-abort, server-abort" },
        { "TCPCLOSE/1 late-data hold\n", "after the name, only key=value pairs are allowed, each key once" },
        { "TCPCLOSE/1 late-data  hold=1s\n", "after the name, only key=value pairs are allowed, each key once" },
        { "TCPCLOSE/1 late-data hold=1s hold=1s\n", "after the name, only key=value pairs are allowed, each key once" },
        { "TCPCLOSE/1 late-data hold=-1s\n", "hold must be a duration such as 200ms or 2s, at most 10 minutes" },
        { "TCPCLOSE/1 late-data hold=11m\n", "hold must be a duration such as 200ms or 2s, at most 10 minutes" },
        { "TCPCLOSE/1 late-data bytes=9999999999999\n", "bytes must be a size such as 512 or 64KiB, at most 1GiB" },
        { "TCPCLOSE/1 late-data bytes=2GiB\n", "bytes must be a size such as 512 or 64KiB, at most 1GiB" },
        { "TCPCLOSE/1 late-data colour=red\n", "the only keys are hold and bytes" },
        { "TCPCLOSE/1 three-segments hold=1s\n", "three-segments takes no hold" },
        { "TCPCLOSE/1 client-abort bytes=0\n", "client-abort takes no bytes" },
        { "TCPCLOSE/1 server-first bytes=5\n", "server-first takes no bytes" },
        { "TCPCLOSE/1 three-segments\r\r\n", "the line may contain only printable ASCII" },
        { "TCPCLOSE/1 late\0data\n", "the line may contain only printable ASCII" },
        { "TCPCLOSE/1 " + new string('x', 300), "the line is longer than 256 bytes" },
        { "TCPCLOSE/1 late-data", "the stream ended before the line feed" },
    };

    public static readonly TheoryData<string> Plain =
    [
        "TCPCLOSE/2 late-data\n", "TCPCLOSE/1late-data\n", "tcpclose/1 late-data\n", "T", "TCPCLOSE/1", "TCPX",
        "hello TCPCLOSE/1 late-data\n", "TCP\n",
    ];

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task AMalformedRequestGetsOneLineAndANormalClose(string request, string error)
    {
        await using RunningServer server = await RunningServer.StartAsync();
        Assert.Equal($"TCPCLOSE/1 error: {error}\n", await server.EchoAsync(request));
        await server.Log.WaitForAsync("SocketClosed");
        Assert.DoesNotContain("Aborted", server.Log.Phases);
        Assert.Equal("others do not notice", await server.EchoAsync("others do not notice"));
    }

    [Theory]
    [MemberData(nameof(Plain))]
    public async Task TextThatIsNotARequestIsEchoed(string text)
    {
        await using RunningServer server = await RunningServer.StartAsync();
        Assert.Equal(text, await server.EchoAsync(text));
    }

    [Theory]
    [MemberData(nameof(Plain))]
    public async Task TextThatIsNotARequestIsEchoedEvenIfItArrivesByteByByteWithoutAFin(string text)
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using Socket client = await server.ConnectAsync();
        client.NoDelay = true;
        foreach (char c in text) await client.SendAsync(c.ToString());

        // The server holds back a preamble for at most a second.
        string echo = "";
        while (echo.Length < text.Length) echo += await client.ReceiveAsync();
        Assert.Equal(text, echo);
    }

    [Fact]
    public async Task ARequestMayArriveByteByByteWithDataAfterIt()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using Socket client = await server.ConnectAsync();
        client.NoDelay = true;
        foreach (char c in "TCPCLOSE/1 late-data bytes=10\r\nmore") await client.SendAsync(c.ToString());
        client.Shutdown(SocketShutdown.Send);
        byte[] reply = new byte[10];
        TestPattern.Fill(reply, 0);
        Assert.Equal(reply, await client.ReadToEndAsync());
    }

    [Fact]
    public async Task ALineThatNeverEndsIsRejectedEvenWithoutAFin()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using Socket client = await server.ConnectAsync();
        await client.SendAsync("TCPCLOSE/1 late");
        Assert.Equal("TCPCLOSE/1 error: the line did not end within 5s\n", await client.ReceiveAsync());
        Assert.Equal("", await client.ReceiveAsync());
    }

    [Fact]
    public async Task EchoOnlyEchoesARequestLikeAnyOtherBytes()
    {
        await using RunningServer server =
            await RunningServer.StartAsync(new() { Think = TimeSpan.Zero, EchoOnly = true });
        Assert.Equal("TCPCLOSE/1 late-data bytes=10\n", await server.EchoAsync("TCPCLOSE/1 late-data bytes=10\n"));
        Assert.Equal("TCPCLOSE/1 nonsense\n", await server.EchoAsync("TCPCLOSE/1 nonsense\n"));
    }

    [Fact]
    public async Task AHoldIsExemptFromTheIdleTimeout()
    {
        await using RunningServer server =
            await RunningServer.StartAsync(new() { IdleTimeout = TimeSpan.FromMilliseconds(400) });
        Assert.Equal(5, (await server.EchoAsync("TCPCLOSE/1 late-data hold=1s bytes=5\n")).Length);
    }

    [Fact]
    public void AHundredThousandGeneratedLinesAreRejectedOrParsedWithinTheLimits()
    {
        var random = new Random(20261121);
        string[] words = ["late-data", "server-first", "hold=", "bytes=", "id=", "saw", "hello", "half-close",
            "00112233445566778899aabbccddeeff", "1s", "10m", "11m", "64KiB", "9999999999999GiB", "=", " ", "x", "\0",
            "é", "TCPCLOSE/1 "];
        int good = 0;
        for (int i = 0; i < 100_000; i++)
        {
            byte[] line = random.Next(3) switch
            {
                0 => [.. Enumerable.Range(0, random.Next(ScenarioRequest.MaxLength))
                    .Select(_ => (byte)random.Next(256))],
                1 => Encoding.UTF8.GetBytes(ScenarioRequest.Preamble
                    + string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => words[random.Next(words.Length)]))),
                _ =>
                    Mutate(new ScenarioRequest("late-data", TimeSpan.FromMilliseconds(random.Next(600_000)),
                        random.Next(1 << 30)).ToLine()[..^1], random),
            };
            ScenarioRequest? request = ScenarioRequest.Parse(line, out string? error);
            Assert.True(request is null != error is null);
            if (request is null)
            {
                Assert.DoesNotContain(error!, char.IsControl);
                continue;
            }

            good++;
            Assert.InRange(request.Hold, TimeSpan.Zero, ScenarioRequest.MaxHold);
            Assert.InRange(request.Bytes, 0, ScenarioRequest.MaxBytes);
            Assert.Equal(request, ScenarioRequest.Parse(request.ToLine().AsSpan()[..^1], out _));
        }

        Assert.InRange(good, 5_000, 60_000);
    }

    private static byte[] Mutate(byte[] line, Random random)
    {
        if (random.Next(2) == 0) line[random.Next(line.Length)] = (byte)random.Next(256);
        return line;
    }
}
