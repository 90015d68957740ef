using System.Net.Sockets;
using EchoServer;
using Serilog.Events;

namespace TcpDemo.Tests.EchoServer.Handlers;

/// <summary><c>EchoServer --http</c> answers one request with one page, and closes first.</summary>
[Trait("Tier", "Long")]
public sealed class HttpServerClosesFirstTests
{
    [ConditionalFact(Needs.Linux, "curl")]
    public async Task CurlReceivesThePageThatTheDocumentShows()
    {
        await using RunningServer server = await StartAsync();
        Programs.Result curl = await Programs.RunAsync("curl", ["-sSi", $"http://127.0.0.1:{server.EndPoint.Port}/"]);
        Assert.Equal((0, ""), (curl.ExitCode, curl.Errors));
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", curl.Output, StringComparison.Ordinal);
        Assert.EndsWith("<p>200 OK. This page ends at the server's FIN.</p>\n", curl.Output,
            StringComparison.Ordinal);

        Assert.Contains($"```text\n{curl.Output.Replace("\r", "", StringComparison.Ordinal)}```\n", Repository.Closes,
            StringComparison.Ordinal);

        await server.Log.WaitForAsync("SocketClosed");
        Assert.Equal(["FinQueued", "FinRead"],
            server.Log.Phases.Where(p => p.StartsWith("Fin", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("GET / HTTP/1.0\n\n", "HTTP/1.1 200 OK")]
    [InlineData("HEAD / HTTP/1.1\r\n\r\n", "HTTP/1.1 200 OK")]
    [InlineData("GET /favicon.ico HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 404 Not Found")]
    [InlineData("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc", "HTTP/1.1 405 Method Not Allowed")]
    [InlineData("HEAD /favicon.ico HTTP/1.1\r\n\r\n", "HTTP/1.1 404 Not Found")]
    [InlineData("hello service\r\n\r\n", "HTTP/1.1 400 Bad Request")]
    [InlineData("GET / HTTP/1.1\r\nHost: x", "HTTP/1.1 400 Bad Request")]
    [InlineData("HEAD / HTTP/1.1\r\nHost: x", "HTTP/1.1 400 Bad Request")]
    [InlineData("TCPCLOSE/1 late-data\n\n", "HTTP/1.1 400 Bad Request")]
    [InlineData("", "")]
    public async Task EveryRequestIsAnsweredAndClosedNormally(string request, string status)
    {
        await using RunningServer server = await StartAsync();
        string answer = await server.EchoAsync(request);
        Assert.Equal(status, answer.Split("\r\n")[0]);
        if (request.StartsWith("HEAD", StringComparison.Ordinal))
            Assert.EndsWith("\r\n\r\n", answer, StringComparison.Ordinal);
        await server.Log.WaitForAsync("SocketClosed");
        Assert.DoesNotContain(server.Log.Events, e => e.Level > LogEventLevel.Information);
    }

    [Fact]
    public async Task ABodyDoesNotCountTowardsTheLimitOfTheHead()
    {
        await using RunningServer server = await StartAsync();
        string body = new('x', 20_000);
        string answer = await server.EchoAsync($"POST / HTTP/1.1\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        Assert.StartsWith("HTTP/1.1 405 ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnEndlessHeadIsAnsweredAndALimitedPartOfTheRestIsDiscarded()
    {
        await using RunningServer server = await StartAsync();
        using Socket client = await server.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nCookie: " + new string('x', 20_000));
        Assert.StartsWith("HTTP/1.1 431 ", Encoding.ASCII.GetString(await client.ReadToEndAsync()),
            StringComparison.Ordinal);

        byte[] more = new byte[16 * 1024];
        await Assert.ThrowsAsync<SocketException>(async () =>
        {
            while (true) await client.SendAsync(more).WithTimeout();
        });
        await server.Log.WaitForAsync("Aborted");
        Assert.StartsWith("HTTP/1.1 404 ", await server.EchoAsync("GET /next HTTP/1.1\r\n\r\n"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task AHeadThatArrivesTooSlowlyIsAnsweredWith408()
    {
        await using RunningServer server = await StartAsync();
        using Socket client = await server.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\n");
        Assert.StartsWith("HTTP/1.1 408 ", Encoding.ASCII.GetString(await client.ReadToEndAsync()),
            StringComparison.Ordinal);
    }

    private static Task<RunningServer> StartAsync() =>
        RunningServer.StartAsync(new ServerOptions { Think = TimeSpan.Zero, Http = true });
}
